import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { TransportRing } from '../../crypto/transport-ring';
import type { WritableDb } from '../database';
import { type PackedColumns, unpackColumns } from '../packed-columns';
import type { SealedColumns, SyncCursor } from '../protocol';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { damaged, segmentBlock } from './decode-block';
import { type EntityDigest, rootOver, SliceDigest } from './digest';
import { EXACT_INDEXES, LATE_INDEXES, makeIndexes } from './indexes';
import { LoadingNames } from './names';
import { openSegment } from './open-object';
import { writeRows } from './row-writer';
import {
  type EntityCounts,
  FACTS,
  isLateComplete,
  provableEntities,
  writeCounts,
  writeFact,
} from './state';

/** What a load is of. */
export interface LoadIdentity {
  readonly region: string;
  readonly epoch: string;
  readonly manifestHash: string;
}

/** Fills an empty slice, wherever it is kept: segments, indexes, roots compared with the signed ones. */
export class SliceFill {
  readonly db: WritableDb;
  private readonly names: LoadingNames;
  private readonly transportKeys: TransportRing;
  private readonly identity: LoadIdentity;

  constructor(
    db: WritableDb,
    transportKeys: TransportRing,
    identity: LoadIdentity,
    /** Called every few rows. */
    private readonly giveWay: () => void = () => undefined,
  ) {
    this.db = db;
    this.names = new LoadingNames(db);
    this.transportKeys = transportKeys;
    this.identity = identity;
  }

  appliedSegments(): readonly string[] {
    return this.db.all(sql`select sha256 from applied_segment`).map((row) => textOf(row[0]));
  }

  /** One segment, all or nothing. A segment that is in already counts as done. */
  addSegment(
    object: Uint8Array,
    hash: string,
    sealed: SealedColumns | PackedColumns | null,
  ): { readonly rows: number; readonly entity: Entity } {
    const { header, content } = openSegment(object, hash, this.transportKeys);
    if (header.region !== this.identity.region) throw damaged(hash, 'another region');
    if (this.db.value(sql`select 1 from applied_segment where sha256 = ${hash}`) === 1)
      return { rows: header.rows, entity: header.entity };
    const columns = sealed instanceof Uint8Array ? unpackColumns(sealed) : sealed;
    const block = segmentBlock(header, content, columns, hash);
    const write = (): void => {
      try {
        writeRows(this.db, block, this.names, 'insert', this.giveWay);
      } catch (error) {
        if (
          error instanceof Error &&
          'code' in error &&
          error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
        )
          throw damaged(hash, 'an id occurs twice');
        throw error;
      }
      this.db.run(
        sql`insert into applied_segment values (${hash}, ${ENTITIES[header.entity].code}, ${header.rows})`,
      );
    };
    try {
      this.db.transaction(write);
    } catch (error) {
      this.names.reload();
      throw error;
    }
    return { rows: header.rows, entity: header.entity };
  }

  loadedRows(): EntityCounts {
    const rows = this.db.all(sql`select entity, sum(rows) from applied_segment group by entity`);
    const byCode = new Map(rows.map((row) => [intOf(row[0]), intOf(row[1])]));
    return Object.fromEntries(
      ENTITY_ORDER.map((entity) => [entity, byCode.get(ENTITIES[entity].code) ?? 0]),
    );
  }

  makeIndexes(hasLate: boolean, tell: (done: number, total: number) => void): void {
    const statements = hasLate ? [...EXACT_INDEXES, ...LATE_INDEXES] : EXACT_INDEXES;
    let done = 0;
    makeIndexes(this.db, statements, () => tell(++done, statements.length));
  }

  /** Compares the recomputed roots with the checkpoint and completes the file when they are equal. */
  seal(input: {
    readonly digests: readonly EntityDigest[];
    readonly checkpoint: Checkpoint;
    readonly signed?: unknown;
    readonly cursor: SyncCursor;
    readonly referencePack: unknown;
    readonly withLate: boolean;
  }): { readonly isEqual: boolean; readonly root: string; readonly differing: readonly Entity[] } {
    const { checkpoint, cursor } = input;
    const digest = new SliceDigest(this.db);
    return this.db.transaction(() => {
      for (const one of input.digests) digest.adopt(one);
      if (input.withLate) writeFact(this.db, FACTS.late, true);
      const roots = digest.roots();
      const differing = provableEntities(this.db).filter(
        (entity) => roots[entity] !== checkpoint.roots[entity],
      );
      const root = rootOver(roots, checkpoint.schema);
      const isEqual =
        differing.length === 0 && (!isLateComplete(this.db) || root === checkpoint.root);
      if (isEqual) {
        writeCounts(
          this.db,
          (entity) => input.digests.find((one) => one.entity === entity)?.rows ?? 0,
        );
        writeFact(this.db, FACTS.checkpoint, checkpoint);
        if (input.signed !== undefined) writeFact(this.db, FACTS.signed, input.signed);
        writeFact(this.db, FACTS.cursor, cursor);
        writeFact(this.db, FACTS.reference, input.referencePack);
        const payload = { region: cursor.region, epoch: cursor.epoch, rseq: cursor.rseq, root };
        this.db.run(
          sql`insert or ignore into pending_audit values (${`load:${cursor.epoch}:${cursor.rseq}:${checkpoint.root}`}, ${Date.now()}, 'slice-loaded', 'system', ${JSON.stringify(payload)})`,
        );
      }
      return { isEqual, root, differing };
    });
  }
}
