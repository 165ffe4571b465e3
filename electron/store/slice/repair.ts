import { ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { differingBuckets, type SparseTree } from '../../../shared/domain/sync/sparse-tree';
import { AppError } from '../../../shared/errors/app-error';
import { type EntityChanges, PagePublicSchema } from '../../../shared/protocol/delta';
import { LEAF_PREFIX_BYTES } from '../../../shared/protocol/repair';
import type { TransportRing } from '../../crypto/transport-ring';
import type { WritableDb } from '../database';
import type { RepairCalls, RepairPage } from '../repair-calls';
import { raw, sql } from '../sql/tag';
import { hexOf, intOf } from '../sql/values';
import { compareRoots } from './apply-page';
import { damaged } from './decode-block';
import {
  bucketLeaves,
  type EntityDigest,
  ODD_IDS,
  type SliceDigest,
  storedTree,
  treeOf,
} from './digest';
import type { LiveNames } from './names';
import { openPage } from './open-object';
import { PageRows, type Touched } from './page-rows';
import {
  FACTS,
  provableEntities,
  readCheckpoint,
  readCursor,
  readMendings,
  writeCounts,
  writeFact,
} from './state';

/** The slice compared with the server and mended, from digests that were just recomputed from its rows. */
export class SliceRepair {
  private readonly trees: ReadonlyMap<Entity, SparseTree>;
  private isCorrected = false;

  constructor(
    private readonly db: WritableDb,
    private readonly names: LiveNames,
    private readonly digest: SliceDigest,
    private readonly digests: readonly EntityDigest[],
  ) {
    this.trees = new Map(digests.map((one) => [one.entity, treeOf(one)]));
  }

  begin(): RepairCalls['repairBegin'][1] {
    const { db } = this;
    const cursor = readCursor(db);
    if (cursor === null) throw new AppError('SLICE_EMPTY');
    const entities = provableEntities(db).map((entity) => {
      const tree = this.tree(entity);
      const kept = storedTree(db, entity);
      return {
        entity,
        root: hexOf(tree.root()),
        keptRoot: hexOf(kept.root()),
        keptDiffers: differingBuckets(tree, kept),
        topLevel: tree.topLevel(),
      };
    });
    return { cursor, checkpoint: readCheckpoint(db), entities };
  }

  private tree(entity: Entity): SparseTree {
    const tree = this.trees.get(entity);
    if (tree === undefined) throw new AppError('INTERNAL', {}, `no digest of ${entity}`);
    return tree;
  }

  nodes({ asks }: RepairCalls['repairNodes'][0]): RepairCalls['repairNodes'][1] {
    return asks.flatMap(({ entity, level, indexes }) =>
      indexes.map((index) => this.tree(entity).children(level, index)),
    );
  }

  leaves({ asks }: RepairCalls['repairLeaves'][0]): RepairCalls['repairLeaves'][1] {
    return asks.flatMap(({ entity, buckets }) =>
      buckets.map((bucket) =>
        bucketLeaves(this.db, entity, bucket).map(({ id, leaf }) => ({
          id,
          prefix: leaf.subarray(0, LEAF_PREFIX_BYTES),
        })),
      ),
    );
  }

  apply(
    input: RepairCalls['repairApply'][0],
    transportKeys: TransportRing,
  ): RepairCalls['repairApply'][1] & { readonly touched: Touched } {
    const { db, digest } = this;
    const opened = input.pages.map((page) => openRows(page, transportKeys));
    try {
      return db.transaction(() => {
        const before = readCursor(db);
        if (before === null) throw new AppError('SLICE_EMPTY');
        const work = new PageRows(db, this.names);
        if (!this.isCorrected) this.correct(work);
        for (const { entity, ids } of input.removed) for (const id of ids) work.remove(entity, id);
        for (const { changes, sealed } of opened) {
          for (const entity of ENTITY_ORDER) {
            const { exit, put } = changes[entity] ?? {};
            if (exit !== undefined) work.exit(entity, exit);
            if (put !== undefined) work.put(entity, put, sealed[entity] ?? null);
          }
        }
        const touched = work.finish(digest);
        if (work.rows > 0) writeFact(db, FACTS.mendings, readMendings(db) + 1);
        this.conclude(input, work.rows, before.rseq);
        this.isCorrected = true;
        return { rows: work.rows, touched };
      });
    } catch (error) {
      digest.reset();
      throw error;
    }
  }

  /** Kept buckets and counts follow what the rows are; rows under ids that none can have go. */
  private correct(work: PageRows): void {
    const { db, digests, digest } = this;
    const provable = provableEntities(db);
    const odd = new Map<Entity, number>();
    for (const one of digests.filter(({ entity }) => provable.includes(entity))) {
      const { entity } = one;
      digest.correct(one);
      const table = raw(`"${entity}"`);
      const ids = db.all(sql`select id from ${table} where ${raw(ODD_IDS)}`);
      for (const row of ids) work.remove(entity, intOf(row[0]));
      odd.set(entity, ids.length);
    }
    const rows = new Map(digests.map((one) => [one.entity, one.rows]));
    // What goes is subtracted at the end.
    writeCounts(db, (entity, before) => (rows.get(entity) ?? before) + (odd.get(entity) ?? 0));
  }

  private conclude(input: RepairCalls['repairApply'][0], rows: number, from: number): void {
    const { db, digest } = this;
    const { differing, end } = input;
    const roots = digest.roots();
    const proof = { roots, rows: this.digests.reduce((sum, one) => sum + one.rows, 0), tookMs: 0 };
    if (end === null) {
      const unproven = { isEqual: false, differingBuckets: differing, root: '', atMs: Date.now() };
      writeFact(db, FACTS.lastVerify, { ...proof, ...unproven });
      return;
    }
    const { checkpoint, signed, cursor } = end;
    const root = compareRoots(db, digest, checkpoint, signed);
    writeFact(db, FACTS.cursor, cursor);
    writeFact(db, FACTS.lastVerify, {
      ...proof,
      isEqual: true,
      differingBuckets: 0,
      root: checkpoint.root,
      atMs: Date.now(),
    });
    const { epoch, rseq } = cursor;
    const payload = {
      region: cursor.region,
      epoch,
      from,
      to: rseq,
      rows,
      buckets: differing,
      root,
    };
    db.run(
      sql`insert or ignore into pending_audit values (${`repair:${epoch}:${rseq}:${Date.now()}`}, ${Date.now()}, 'slice-repaired', 'system', ${JSON.stringify(payload)})`,
    );
  }
}

function openRows({ page, sealed }: RepairPage, keys: TransportRing) {
  const { content } = openPage(page, keys);
  const parsed = PagePublicSchema.safeParse(content);
  if (!parsed.success) throw damaged('', `repair: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  const changes: { readonly [E in Entity]?: EntityChanges } = parsed.data.changes;
  return { changes, sealed };
}
