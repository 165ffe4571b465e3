import { ENTITIES } from '../../../shared/domain/model';
import type { TransportRing } from '../../crypto/transport-ring';
import { letOthersIn } from '../../platform/stand-back';
import type { WritableDb } from '../database';
import type { SliceState, StoreCalls } from '../protocol';
import { raw, sql } from '../sql/tag';
import { applyPage, pendingAudit } from './apply-page';
import { type Checked, checkBasis, isNotable } from './check-basis';
import { compareAtRest } from './compare-at-rest';
import { damaged, segmentBlock } from './decode-block';
import { noteBroken, writeDerived, writeNames, writeStructure } from './deep-write';
import { type EntityDigest, SliceDigest } from './digest';
import { FULL_INDEXES, LATE_INDEXES } from './indexes';
import { LiveNames } from './names';
import { openPage, openSegment } from './open-object';
import type { Touched } from './page-rows';
import { hashOfNames, NamesHash, putNames } from './reference-names';
import { SliceRepair } from './repair';
import { type RowBlock, writeRows } from './row-writer';
import { FACTS, readFact, readState, writeCounts, writeFact } from './state';

/** Rows of a late segment in one transaction: some 10 ms. */
const LATE_ROWS_PER_TRANSACTION = 1_000;

const yieldToCalls = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A slice that is in use, in a file or in memory: what may change it after its first load. */
export class LiveSlice {
  readonly db: WritableDb;
  private readonly names: LiveNames;
  private readonly digest: SliceDigest;
  private readonly namesHash = new NamesHash();

  constructor(db: WritableDb) {
    this.db = db;
    this.names = new LiveNames(db);
    this.digest = new SliceDigest(db);
  }

  state(): SliceState {
    return readState(this.db, this.namesHash);
  }

  isSearchComplete(): boolean {
    return readFact(this.db, FACTS.full) === true;
  }

  /** Makes the remaining indexes and the names' keys, in steps. Goes on where an earlier run stopped. */
  async completeSearch(): Promise<void> {
    const { db, names } = this;
    for (const statement of FULL_INDEXES) {
      db.exec(statement);
      await yieldToCalls();
    }
    while (names.fillSomeKeys()) await yieldToCalls();
    writeFact(db, FACTS.full, true);
  }

  /**
   * A late segment into the live slice, some rows a transaction. A row that a page brought or took
   * away meanwhile is newer and stays as it is.
   */
  async lateSegment(
    sha256: string,
    object: Uint8Array,
    transportKeys: TransportRing,
  ): Promise<number> {
    const { db, names } = this;
    const { header, content } = openSegment(object, sha256, transportKeys);
    const { entity } = header;
    if (!ENTITIES[entity].isLate) throw damaged(sha256, 'not a late entity');
    if (db.value(sql`select 1 from applied_segment where sha256 = ${sha256}`) === 1)
      return header.rows;
    const block = segmentBlock(header, content, null, sha256);
    const code = ENTITIES[entity].code;
    for (let from = 0; from < block.ids.length; from += LATE_ROWS_PER_TRANSACTION) {
      const to = Math.min(from + LATE_ROWS_PER_TRANSACTION, block.ids.length);
      db.transaction(() => {
        writeRows(db, partOf(block, from, to), names, 'insert or ignore', letOthersIn);
        db.run(sql`delete from ${raw(`"${entity}"`)} where id between ${block.ids[from] ?? 0} and ${block.ids[to - 1] ?? 0}
          and id in (select id from tombstone where entity = ${code})`);
        db.run(
          sql`delete from extra_columns where entity = ${code} and id in (select id from tombstone where entity = ${code})`,
        );
        if (to === block.ids.length)
          db.run(sql`insert into applied_segment values (${sha256}, ${code}, ${header.rows})`);
      });
      await yieldToCalls();
    }
    return header.rows;
  }

  async lateIndex(tell: (done: number, total: number) => void): Promise<void> {
    const { db } = this;
    let done = 0;
    for (const statement of LATE_INDEXES) {
      db.exec(statement);
      tell(++done, LATE_INDEXES.length);
      await yieldToCalls();
    }
  }

  /**
   * All late segments are in: takes the late entities' digests in and compares all roots with the state that the slice
   * stands at. Rows that changed before they came are of before; that they differ is noted, for a repair of all.
   */
  lateSeal(digests: readonly EntityDigest[]): StoreCalls['lateFinish'][1] {
    const { db, digest } = this;
    try {
      return db.transaction(() => {
        for (const one of digests) digest.adopt(one);
        writeCounts(
          db,
          (entity, before) => digests.find((one) => one.entity === entity)?.rows ?? before,
        );
        writeFact(db, FACTS.late, true);
        return compareAtRest(db, digest);
      });
    } catch (error) {
      digest.reset();
      throw error;
    }
  }

  applyPage(
    input: StoreCalls['applyPage'][0],
    transportKeys: TransportRing,
  ): StoreCalls['applyPage'][1] & { readonly touched: Touched } {
    const { db, names, digest } = this;
    const { header, content } = openPage(input.page, transportKeys);
    return applyPage(db, names, digest, {
      header,
      content,
      sealed: input.sealed,
      checkpoint: input.checkpoint,
      signed: input.signed,
    });
  }

  /** A comparison with the server, from digests that were just recomputed. */
  repair(digests: readonly EntityDigest[]): SliceRepair {
    return new SliceRepair(this.db, this.names, this.digest, digests);
  }

  deepWrite(input: StoreCalls['deepWrite'][0]): Promise<number> {
    return writeDerived(this.db, input);
  }

  deepNamesWrite(input: StoreCalls['deepNamesWrite'][0]): ReturnType<typeof writeNames> {
    return writeNames(this.db, this.names, input);
  }

  deepStructureWrite(faults: StoreCalls['deepStructureWrite'][0]): Promise<void> {
    return writeStructure(this.db, faults);
  }

  deepFound(input: StoreCalls['deepFound'][0]): void {
    noteBroken(this.db, input);
  }

  /** Names of issuers and training bodies from the server, which verified their hash. */
  namesPut({ pack }: StoreCalls['namesPut'][0]): void {
    putNames(this.db, pack, hashOfNames(pack) ?? '', Date.now());
  }

  /** A check has ended; what it found is noted where it still holds. */
  verified(checked: Checked): void {
    const { db } = this;
    db.transaction(() => {
      if (isNotable(checked, checkBasis(db)))
        writeFact(db, FACTS.lastVerify, { ...checked.result, atMs: Date.now() });
    });
  }

  pendingAudit(): ReturnType<typeof pendingAudit> {
    return pendingAudit(this.db);
  }

  forgetPending(sources: readonly string[]): void {
    const { db } = this;
    db.transaction(() => {
      for (const source of sources) db.run(sql`delete from pending_audit where source = ${source}`);
    });
  }
}

function partOf(block: RowBlock, from: number, to: number): RowBlock {
  const columns = Object.fromEntries(
    Object.entries(block.columns).map(([name, values]) => [name, values.slice(from, to)]),
  );
  return { ...block, ids: block.ids.slice(from, to), revs: block.revs.slice(from, to), columns };
}
