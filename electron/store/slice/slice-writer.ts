import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES, type Entity } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { WritableDb } from '../database';
import { checkFile, migrate } from '../migrations/run';
import type { SliceState, StoreCalls, SyncCursor, VerifyResult } from '../protocol';
import { raw, sql } from '../sql/tag';
import { openWritable } from '../sqlcipher';
import { applyPage, pendingAudit, type Touched } from './apply-page';
import { damaged, segmentBlock } from './decode-block';
import { type EntityDigest, rootOver, SliceDigest } from './digest';
import { EMPTY_STATE } from './empty-state';
import { FULL_INDEXES, LATE_INDEXES } from './indexes';
import { LOAD_CACHE_MB, type LoadIdentity, removeDatabase, SliceLoader } from './loader';
import { LiveNames } from './names';
import { openPage, openSegment } from './open-object';
import { type RowBlock, writeRows } from './row-writer';
import { type EntityCounts, FACTS, readFact, readState, writeCounts, writeFact } from './state';

export const SLICE_FILE = 'slice.db';
export const NEW_SLICE_FILE = 'slice.new.db';
/** Page cache of the live slice's writer. */
const LIVE_CACHE_MB = 64;
/** Rows of a late segment in one transaction: some 10 ms. */
const LATE_ROWS_PER_TRANSACTION = 1_000;

const yieldToCalls = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Live {
  readonly db: WritableDb;
  readonly names: LiveNames;
  readonly digest: SliceDigest;
}

type Tell = (phase: 'indexing' | 'verifying', done: number, total: number) => void;

/** The one writer of the slice: the live file, and the file that a first load fills beside it. */
export class SliceWriter {
  private readonly officeDir: string;
  private readonly key: Uint8Array;
  private readonly transportPublic: Uint8Array | null;
  private readonly tell: Tell;
  private live: Live | undefined;
  private loader: SliceLoader | undefined;

  constructor(officeDir: string, key: Uint8Array, transportPublic: Uint8Array | null, tell: Tell) {
    this.officeDir = officeDir;
    this.key = key;
    this.transportPublic = transportPublic;
    this.tell = tell;
  }

  private get livePath(): string {
    return join(this.officeDir, SLICE_FILE);
  }

  /** Opens the live slice if there is one. Fails with STORE_KEY_WRONG, STORE_CORRUPT or STORE_FROM_FUTURE. */
  open(): SliceState {
    if (!existsSync(this.livePath)) return EMPTY_STATE;
    const db = openWritable({
      path: this.livePath,
      key: this.key,
      mayCreate: false,
      isDurable: false,
      cacheMb: LIVE_CACHE_MB,
    });
    try {
      checkFile(db, 'slice');
      migrate(db, 'slice', false);
      db.setSecureDelete();
    } catch (error) {
      db.close();
      throw error;
    }
    this.live = { db, names: new LiveNames(db), digest: new SliceDigest(db) };
    return readState(db);
  }

  isSearchComplete(): boolean {
    return this.live === undefined || readFact(this.live.db, FACTS.full) === true;
  }

  state(): SliceState {
    return this.live === undefined ? EMPTY_STATE : readState(this.live.db);
  }

  private needLive(): Live {
    if (this.live === undefined) throw new AppError('SLICE_EMPTY');
    return this.live;
  }

  private needLoader(): SliceLoader {
    if (this.loader === undefined) throw new AppError('INTERNAL', {}, 'no load has begun');
    return this.loader;
  }

  private needTransportKey(): Uint8Array {
    if (this.transportPublic === null) throw new AppError('FORBIDDEN');
    return this.transportPublic;
  }

  loadBegin(identity: LoadIdentity): readonly string[] {
    this.loader?.db.close();
    this.loader = SliceLoader.begin(
      join(this.officeDir, NEW_SLICE_FILE),
      this.key,
      this.needTransportKey(),
      identity,
    );
    return this.loader.appliedSegments();
  }

  loadSegment(input: StoreCalls['loadSegment'][0]): {
    readonly rows: number;
    readonly entity: Entity;
  } {
    return this.needLoader().addSegment(input.object, input.sha256, input.sealed);
  }

  loadedRows(): EntityCounts {
    return this.needLoader().loadedRows();
  }

  loadIndex(withLate: boolean): void {
    this.needLoader().makeIndexes(withLate, (done, total) => this.tell('indexing', done, total));
  }

  loadSeal(input: {
    readonly digests: readonly EntityDigest[];
    readonly checkpoint: Checkpoint;
    readonly cursor: SyncCursor;
    readonly referencePack: unknown;
    readonly withLate: boolean;
  }): { readonly isEqual: boolean; readonly root: string } {
    const { isEqual, root } = this.needLoader().seal(input);
    return { isEqual, root };
  }

  /**
   * Puts the loaded file in the live one's place. Both are closed first: the old log must be gone, or
   * the new file would be read with it.
   */
  swap(): void {
    const loader = this.needLoader();
    loader.close();
    this.loader = undefined;
    if (this.live !== undefined) {
      this.live.db.checkpoint();
      this.live.db.close();
      this.live = undefined;
    }
    if (existsSync(`${this.livePath}-wal`)) removeDatabase(this.livePath);
    renameSync(join(this.officeDir, NEW_SLICE_FILE), this.livePath);
    this.open();
  }

  /** Makes the remaining indexes and the names' keys, in steps. Goes on where an earlier run stopped. */
  async completeSearch(): Promise<void> {
    const { db, names } = this.needLive();
    // Each index reads all persons: from the cache, or they would be decrypted anew for every one.
    db.setCacheMb(LOAD_CACHE_MB);
    for (const statement of FULL_INDEXES) {
      db.exec(statement);
      await yieldToCalls();
    }
    db.setCacheMb(LIVE_CACHE_MB);
    while (names.fillSomeKeys()) await yieldToCalls();
    writeFact(db, FACTS.full, true);
  }

  loadAbort(): void {
    this.loader?.db.close();
    this.loader = undefined;
    removeDatabase(join(this.officeDir, NEW_SLICE_FILE));
  }

  /**
   * A late segment into the live slice, some rows a transaction. A row that a page brought or took
   * away meanwhile is newer and stays as it is.
   */
  async lateSegment(sha256: string, object: Uint8Array): Promise<number> {
    const { db, names } = this.needLive();
    const { header, content } = openSegment(object, sha256, this.needTransportKey());
    const { entity } = header;
    if (!ENTITIES[entity].isLate) throw damaged(sha256, 'not a late entity');
    if (db.value(sql`select 1 from applied_segment where sha256 = ${sha256}`) === 1)
      return header.rows;
    const block = segmentBlock(header, content, null, sha256);
    const code = ENTITIES[entity].code;
    for (let from = 0; from < block.ids.length; from += LATE_ROWS_PER_TRANSACTION) {
      const to = Math.min(from + LATE_ROWS_PER_TRANSACTION, block.ids.length);
      db.transaction(() => {
        writeRows(db, partOf(block, from, to), names, 'insert or ignore');
        db.run(sql`delete from ${raw(`"${entity}"`)} where id between ${block.ids[from] ?? 0} and ${block.ids[to - 1] ?? 0}
          and id in (select id from tombstone where entity = ${code})`);
        if (to === block.ids.length)
          db.run(sql`insert into applied_segment values (${sha256}, ${code}, ${header.rows})`);
      });
      await yieldToCalls();
    }
    return header.rows;
  }

  async lateIndex(): Promise<void> {
    const { db } = this.needLive();
    let done = 0;
    for (const statement of LATE_INDEXES) {
      db.exec(statement);
      this.tell('indexing', ++done, LATE_INDEXES.length);
      await yieldToCalls();
    }
  }

  /** Takes the late entities' digests in and compares all roots. Unequal: late data stay unproven. */
  lateSeal(
    digests: readonly EntityDigest[],
    checkpoint: Checkpoint,
  ): { readonly isEqual: boolean; readonly root: string } {
    const { db, digest } = this.needLive();
    try {
      return db.transaction(() => {
        for (const one of digests) digest.adopt(one);
        writeCounts(
          db,
          (entity, before) => digests.find((one) => one.entity === entity)?.rows ?? before,
        );
        const root = rootOver(digest.roots());
        const isEqual = root === checkpoint.root;
        if (isEqual) {
          writeFact(db, FACTS.late, true);
          writeFact(db, FACTS.checkpoint, checkpoint);
        }
        return { isEqual, root };
      });
    } catch (error) {
      digest.reset();
      throw error;
    }
  }

  applyPage(
    input: StoreCalls['applyPage'][0],
  ): StoreCalls['applyPage'][1] & { readonly touched: Touched } {
    const { db, names, digest } = this.needLive();
    const { header, content } = openPage(input.page, this.needTransportKey());
    return applyPage(db, names, digest, {
      header,
      content,
      sealed: input.sealed,
      checkpoint: input.checkpoint,
    });
  }

  verified(result: VerifyResult): void {
    writeFact(this.needLive().db, FACTS.lastVerify, { ...result, atMs: Date.now() });
  }

  pendingAudit(): ReturnType<typeof pendingAudit> {
    return this.live === undefined ? [] : pendingAudit(this.live.db);
  }

  forgetPending(sources: readonly string[]): void {
    const { db } = this.needLive();
    db.transaction(() => {
      for (const source of sources) db.run(sql`delete from pending_audit where source = ${source}`);
    });
  }

  close(): void {
    this.loader?.db.close();
    this.loader = undefined;
    this.live?.db.checkpoint();
    this.live?.db.close();
    this.live = undefined;
    this.key.fill(0);
    this.transportPublic?.fill(0);
  }
}

function partOf(block: RowBlock, from: number, to: number): RowBlock {
  const columns = Object.fromEntries(
    Object.entries(block.columns).map(([name, values]) => [name, values.slice(from, to)]),
  );
  return { ...block, ids: block.ids.slice(from, to), revs: block.revs.slice(from, to), columns };
}
