import { existsSync, rmSync } from 'node:fs';
import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { WritableDb } from '../database';
import { migrate } from '../migrations/run';
import type { SealedColumns, SyncCursor } from '../protocol';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { openWritable } from '../sqlcipher';
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
  readFact,
  writeCounts,
  writeFact,
} from './state';

/** Page cache while loading: the lever of SQLCipher's speed. */
export const LOAD_CACHE_MB = 256;
/** Pages between moves of the log into the file; 64 MiB. */
const LOAD_WAL_PAGES = 16_384;

export interface LoadIdentity {
  readonly region: string;
  readonly epoch: string;
  readonly manifestHash: string;
}

export function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
}

/** A first load into a file beside the present slice. */
export class SliceLoader {
  readonly db: WritableDb;
  private readonly names: LoadingNames;
  private readonly transportKey: Uint8Array;
  private readonly identity: LoadIdentity;

  private constructor(db: WritableDb, transportKey: Uint8Array, identity: LoadIdentity) {
    this.db = db;
    this.names = new LoadingNames(db);
    this.transportKey = transportKey;
    this.identity = identity;
  }

  /** Goes on with a left-over file of the same manifest, or begins a new one. */
  static begin(
    path: string,
    key: Uint8Array,
    transportKey: Uint8Array,
    identity: LoadIdentity,
  ): SliceLoader {
    const left = SliceLoader.reopen(path, key, identity);
    if (left !== undefined) return new SliceLoader(left, transportKey, identity);
    removeDatabase(path);
    const db = openWritable({
      path,
      key,
      mayCreate: true,
      isDurable: false,
      cacheMb: LOAD_CACHE_MB,
    });
    db.setWalPages(LOAD_WAL_PAGES);
    migrate(db, 'slice', true);
    writeFact(db, FACTS.load, identity);
    return new SliceLoader(db, transportKey, identity);
  }

  private static reopen(
    path: string,
    key: Uint8Array,
    identity: LoadIdentity,
  ): WritableDb | undefined {
    if (!existsSync(path)) return undefined;
    let db: WritableDb | undefined;
    try {
      db = openWritable({ path, key, mayCreate: false, isDurable: false, cacheMb: LOAD_CACHE_MB });
      migrate(db, 'slice', false);
      if (canonicalJson(readFact(db, FACTS.load)) === canonicalJson(identity)) {
        db.setWalPages(LOAD_WAL_PAGES);
        return db;
      }
    } catch {
      // Whatever is wrong with a left-over: it is thrown away, everything in it can be fetched again.
    }
    db?.close();
    return undefined;
  }

  appliedSegments(): readonly string[] {
    return this.db.all(sql`select sha256 from applied_segment`).map((row) => textOf(row[0]));
  }

  /** One segment, all or nothing. A segment that is in already counts as done. */
  addSegment(
    object: Uint8Array,
    hash: string,
    sealed: SealedColumns | null,
  ): { readonly rows: number; readonly entity: Entity } {
    const { header, content } = openSegment(object, hash, this.transportKey);
    if (header.region !== this.identity.region) throw damaged(hash, 'another region');
    if (this.db.value(sql`select 1 from applied_segment where sha256 = ${hash}`) === 1)
      return { rows: header.rows, entity: header.entity };
    const block = segmentBlock(header, content, sealed, hash);
    const write = (): void => {
      try {
        writeRows(this.db, block, this.names, 'insert');
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
      const root = rootOver(roots);
      const isEqual =
        differing.length === 0 && (!isLateComplete(this.db) || root === checkpoint.root);
      if (isEqual) {
        writeCounts(
          this.db,
          (entity) => input.digests.find((one) => one.entity === entity)?.rows ?? 0,
        );
        writeFact(this.db, FACTS.checkpoint, checkpoint);
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

  /** Closes the file so that it can be moved: the log is folded in. */
  close(): void {
    this.db.checkpoint();
    this.db.close();
  }
}
