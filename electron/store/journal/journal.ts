import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import type { TellUpgrade } from '../migrations/migration';
import { openCurrent, settleUpgrade, takeUpgradeBack } from '../migrations/open-current';
import { OfficeLock } from '../office-lock';
import type { AuditUplink, WorkItem } from '../outbox-protocol';
import type {
  AuditInput,
  ExportLedgerEntry,
  ImportedAct,
  QueryEntry,
  StoreCalls,
  StoreSession,
  SyncRunEntry,
} from '../protocol';
import type { FileKeys } from '../rekey/file-keys';
import { clearLeftovers, Rekey } from '../rekey/rekey';
import type { RetentionCalls } from '../retention-calls';
import { SLICE_FILE } from '../slice/slice-writer';
import { raw, sql } from '../sql/tag';
import { intOf, type SqlRow, textOf, textOrNull } from '../sql/values';
import type { TicketCalls } from '../ticket-calls';
import {
  type AuditPlace,
  appendAudit,
  demandTail,
  headersAfter,
  startRatchet,
  verifyAudit,
} from './audit';
import { auditUplink } from './audit-uplink';
import { Batches } from './batches';
import { underReview } from './decided';
import { History } from './history';
import { certificatesOfInterest } from './interests';
import { insertLedger, listLedger } from './ledger';
import { Outbox } from './outbox';
import { plainWords, sealPlainWords } from './plain-words';
import { purgePreview, purgeStep } from './purge';
import { queryAudit } from './query-audit';
import { clearResidue } from './residue';
import { type Overdrawn, overdrawn } from './reveal-quota';
import { listSaved, savedMark, takeSaved } from './saved-items';
import { holdTicket, settleTicket, ticketUses } from './tickets';
import { factPlace, isWordFact, queryPlace } from './words/places';
import { Words } from './words/words';
import { openItems, sentCommands } from './work-items';

export const JOURNAL_FILE = 'journal.db';

/**
 * The log is folded into the file when nobody asks anything (`rest`). Where that never comes, a commit does it, 64 MB later: some
 * two thousand look-ups without two seconds between them. The one behind it waits for the disk, 20 to 250 ms beside a load.
 */
const MOST_LOG_PAGES = 16_384;

/** An audit row that a slice transaction left, to be copied once. */
export interface PendingAudit {
  readonly source: string;
  readonly atMs: number;
  readonly input: AuditInput;
}

function runRow(row: SqlRow): SyncRunEntry {
  return {
    runId: textOf(row[0]),
    startedMs: intOf(row[1]),
    endedMs: intOf(row[2]),
    outcome: textOf(row[3]) as SyncRunEntry['outcome'],
    isFirst: row[4] === 1,
    rows: intOf(row[5]),
    bytes: intOf(row[6]),
    error: textOrNull(row[7]),
  };
}

function openJournal(
  path: string,
  key: Uint8Array,
  isNew: boolean,
  tell?: TellUpgrade,
): WritableDb {
  const keepsCopy = true;
  const how = { isNew, isDurable: true, cacheMb: 8, keepsCopy, tell };
  const db = openCurrent({ kind: 'journal', path, key, ...how });
  // Old ratchet keys, and payloads that retention deletes, must not stay readable in the file.
  db.setSecureDelete();
  db.keepLog(MOST_LOG_PAGES);
  return db;
}

/** Head of the audit chain, and how much there is of everything. */
function summaryOf(db: WritableDb): string {
  const tables = db.all(sql`select name from sqlite_master where type = 'table' order by name`);
  const counts = tables.map(([name]) => [
    name ?? null,
    db.value(sql`select count(*) from ${raw(`"${textOf(name)}"`)}`) ?? null,
  ]);
  return JSON.stringify([
    counts,
    db.get(sql`select seq, hash from audit order by seq desc limit 1`),
  ]);
}

/** Where the journal lies and what opens it; `firstKey` is the ratchet's in a new one. */
export interface JournalPlace {
  readonly officeDir: string;
  readonly keys: FileKeys;
  readonly create: boolean;
  readonly firstKey: Uint8Array | undefined;
  /** The slice's key, and its next one during a change; none for who may not read certificates. Taken over. */
  readonly sliceKeys: readonly Uint8Array[];
  /** Told while an older file is being upgraded. */
  readonly tell?: TellUpgrade;
}

/** Sets the audit ratchet going in a new journal. Fails with AUDIT_CHAIN_BROKEN where its key was taken away. */
function beginRatchet(db: WritableDb, firstKey: Uint8Array | undefined): void {
  db.transaction(() => {
    const hasKey = db.value(sql`select count(*) from audit_ratchet`) === 1;
    if (hasKey) return;
    // Entries whose key is gone: somebody cut the chain off. A new key would hide it.
    const entries = intOf(db.value(sql`select count(*) from audit`));
    if (entries > 0)
      throw new AppError('AUDIT_CHAIN_BROKEN', { entry: entries + 1, file: JOURNAL_FILE });
    startRatchet(db, firstKey);
  });
}

/** The journal file and its one writer. Every act is written with its audit entry in one transaction. */
export class Journal {
  private db: WritableDb;
  private readonly keys: FileKeys;
  private rekeying: Rekey | undefined;
  private readonly session: StoreSession;
  private readonly lock: OfficeLock;
  private readonly limits: RevealLimits;
  private readonly words = new Words();
  /** Until the upgrade is settled: then the word key is opened with them. */
  private readonly sliceKeys: Uint8Array[];
  readonly outbox: Outbox;
  readonly batches: Batches;
  readonly history: History;

  private constructor(
    db: WritableDb,
    keys: FileKeys,
    session: StoreSession,
    limits: RevealLimits,
    lock: OfficeLock,
    sliceKeys: readonly Uint8Array[],
  ) {
    this.sliceKeys = [...sliceKeys];
    this.db = db;
    this.keys = keys;
    this.session = session;
    this.outbox = new Outbox(() => this.db, session.deviceId);
    this.history = new History(() => this.db, session.deviceId);
    this.batches = new Batches(() => this.db, session.deviceId);
    this.limits = limits;
    this.lock = lock;
  }

  /**
   * Takes the office for this process and opens, or creates when asked and absent. Fails with STORE_IN_USE,
   * STORE_MISSING, STORE_KEY_WRONG, STORE_CORRUPT, STORE_FROM_FUTURE, STORE_UPGRADE_FAILED or a disk's error.
   */
  static open(file: JournalPlace, session: StoreSession, limits: RevealLimits): Journal {
    const { officeDir, keys, create, firstKey, tell } = file;
    const path = join(officeDir, JOURNAL_FILE);
    // A journal comes before the first slice: where there is a slice, a missing journal was lost or taken away.
    const isNew = create && !existsSync(path) && !existsSync(join(officeDir, SLICE_FILE));
    const lock = OfficeLock.hold(officeDir);
    let db: WritableDb | undefined;
    try {
      clearLeftovers(path);
      db = keys.open((key) => openJournal(path, key, isNew, tell));
      beginRatchet(db, firstKey);
      demandTail(db);
      return new Journal(db, keys, session, limits, lock, file.sliceKeys);
    } catch (error) {
      db?.close();
      lock.release();
      throw error;
    }
  }

  /** The office's files are all in the newest schema: an upgrade of this one counts. */
  settle(tell?: TellUpgrade): void {
    settleUpgrade(this.db);
    const note = (kind: string, payload: AuditInput['payload']) =>
      void this.append({ kind, actor: this.session.userId, payload });
    this.words.take(this.db, this.sliceKeys.splice(0), { tell, note });
  }

  /** The slice is about to be put under this key, which opens the words too from here on. */
  wordKey(nextSliceKey: Uint8Array): void {
    this.words.expect(this.db, nextSliceKey);
  }

  private forgetSliceKeys(): void {
    for (const key of this.sliceKeys.splice(0)) key.fill(0);
  }

  /** The slice could not be brought forward: this file goes back too and is closed. False where it was not upgraded. */
  takeBack(): boolean {
    if (!takeUpgradeBack(this.db)) return false;
    this.forgetSliceKeys();
    this.keys.zero();
    this.lock.release();
    return true;
  }

  append(input: AuditInput): AuditPlace {
    return appendAudit(this.db, this.session.deviceId, input, Date.now());
  }

  verify(): {
    readonly isIntact: boolean;
    readonly entries: number;
    readonly firstFault: number | null;
  } {
    return verifyAudit(this.db);
  }

  /**
   * Logs a look-up by the person at the desk. These survive a crash of the process; a power cut may
   * take the last of them together with the screen that showed them. Questions about digits tell
   * what masks hide: beyond the hour's measure they fail with REVEAL_LIMIT, and the answer is not given.
   */
  logQuery(entry: QueryEntry): void {
    const atMs = Date.now();
    const { userId } = this.session;
    if (entry.tag !== null) {
      const what = entry.kind === 'reveal' ? 'fragments' : 'numbers';
      const asked = { userId, atMs, limit: this.limits[what] };
      const over = overdrawn(this.db, what, asked, [entry.tag]);
      if (over !== null) this.refuseReveal(what, over);
    }
    this.db.withoutDisk(() =>
      this.db.transaction(() => {
        const audit = queryAudit(entry, userId);
        const { seq } = appendAudit(this.db, this.session.deviceId, audit, atMs);
        this.logRow(entry, userId, atMs, seq);
      }),
    );
  }

  /**
   * Does what a synchronisation notes and answers once it is on the disk, power cut or not. A look-up's log is written
   * meanwhile. Only for what may be done twice: where the disk fails, it may be there all the same. Anything that the server
   * gets is chained to it by a commit that waits (`Outbox.append`), so that nothing is sent that a power cut takes back.
   */
  async onDisk<T>(work: (journal: Journal) => T): Promise<T> {
    const { db } = this;
    const done = db.withoutDisk(() => work(this));
    await db.reachDisk();
    return done;
  }

  private logRow(entry: QueryEntry, userId: string, atMs: number, auditSeq: number): void {
    const seal = (text: string | null, of: 'text' | 'filter') =>
      text === null ? null : this.words.seal(text, queryPlace({ userId, atMs, auditSeq }, of));
    const text = seal(entry.text, 'text');
    const filter = seal(entry.filter === null ? null : JSON.stringify(entry.filter), 'filter');
    this.db.run(sql`insert into query_log (atMs, userId, kind, text, tag, filter, subject, count, auditSeq)
        values (${atMs}, ${userId}, ${entry.kind}, ${text}, ${entry.tag}, ${filter}, ${entry.subject}, ${entry.count}, ${auditSeq})`);
  }

  /** Logs who has certificates shown and why, or refuses with REVEAL_LIMIT; both are in the audit log. */
  admitReveal({ certificateIds, isBatch, audit }: StoreCalls['revealFetch'][0]): void {
    const atMs = Date.now();
    const { userId, deviceId } = this.session;
    const what = isBatch ? 'batch' : 'values';
    const asked = { userId, atMs, limit: this.limits[what] };
    const over = overdrawn(this.db, what, asked, certificateIds);
    if (over !== null) this.refuseReveal(what, over);
    const kind: QueryEntry['kind'] = isBatch ? 'reveal-batch' : 'reveal';
    this.db.transaction(() => {
      const { seq } = appendAudit(this.db, deviceId, audit, atMs);
      for (const subject of certificateIds) {
        const entry = { kind, text: null, tag: null, filter: null, subject, count: 1 };
        this.logRow(entry, userId, atMs, seq);
      }
    });
  }

  private refuseReveal(what: keyof RevealLimits, { limit, minutes }: Overdrawn): never {
    const payload = { what, limit };
    this.append({ kind: 'reveal-refused', actor: this.session.userId, payload });
    throw new AppError('REVEAL_LIMIT', { limit, minutes });
  }

  /** Copies audit rows of the slice, each once however often it is asked. */
  copyPending(rows: readonly PendingAudit[]): void {
    this.db.transaction(() => {
      for (const row of rows)
        appendAudit(this.db, this.session.deviceId, row.input, row.atMs, row.source);
    });
  }

  /** Takes acts over that were logged elsewhere, each once however often it is asked; answers how many were new. */
  importActs(acts: readonly ImportedAct[]): number {
    return this.db.transaction(() => {
      let imported = 0;
      for (const { source, atMs, device, audit, log } of acts) {
        const known = sql`select 1 from audit where source = ${source}`;
        if (this.db.value(known) !== undefined) continue;
        const { seq } = appendAudit(this.db, device, audit, atMs, source);
        for (const entry of log?.entries ?? []) this.logRow(entry, log?.userId ?? '', atMs, seq);
        imported++;
      }
      return imported;
    });
  }

  /** One step of a purge; after the last one the file is written anew and its log emptied. */
  purge(input: RetentionCalls['retentionPurge'][0]): RetentionCalls['retentionPurge'][1] {
    const step = purgeStep(this.db, this.session.deviceId, input);
    if (step.isDone) clearResidue(this.db);
    return step;
  }

  previewPurge(cuts: RetentionCalls['retentionPreview'][0]): RetentionCalls['retentionPreview'][1] {
    return purgePreview(this.db, cuts);
  }

  auditHeaders({ after, limit }: StoreCalls['auditHeaders'][0]): StoreCalls['auditHeaders'][1] {
    return headersAfter(this.db, after, limit);
  }

  /** Answers a question about the journal, for the person at the desk. */
  reading<I, O>(ask: (db: WritableDb, session: StoreSession, input: I) => O, input: I): O {
    return ask(this.db, this.session, input);
  }

  underReview(limit: number): readonly number[] {
    return underReview(this.db, limit);
  }

  plainWords(): StoreCalls['outboxPlainWords'][1] {
    return plainWords(this.db);
  }

  sealWords(rows: StoreCalls['outboxSealWords'][0]['rows']): void {
    sealPlainWords(this.db, rows);
  }

  sent(input: StoreCalls['outboxSent'][0]): StoreCalls['outboxSent'][1] {
    return sentCommands(this.db, input);
  }

  savedList(userId: string): StoreCalls['savedList'][1] {
    return { rows: listSaved(this.db, userId), mark: savedMark(this.db, userId) };
  }

  savedTake({ userId, changes, head }: StoreCalls['savedTake'][0]): StoreCalls['savedTake'][1] {
    return { mark: takeSaved(this.db, userId, changes, head, Date.now()) };
  }

  auditUplink(): AuditUplink {
    return auditUplink(this.db);
  }

  workItems(actor: string | null): readonly WorkItem[] {
    return openItems(this.db, actor);
  }

  addSyncRun(run: SyncRunEntry): void {
    this.db.run(
      sql`insert or replace into sync_run values (${run.runId}, ${run.startedMs}, ${run.endedMs}, ${run.outcome}, ${run.isFirst ? 1 : 0}, ${run.rows}, ${run.bytes}, ${run.error})`,
    );
  }

  syncRuns(limit: number): readonly SyncRunEntry[] {
    return this.db
      .all(sql`select * from sync_run order by startedMs desc limit ${limit}`)
      .map(runRow);
  }

  interests(limit: number): readonly number[] {
    return certificatesOfInterest(this.db, limit);
  }

  fact(name: string): string | null {
    const value = textOrNull(this.db.value(sql`select value from fact where name = ${name}`));
    if (value === null || value === '' || !isWordFact(name)) return value;
    const text = this.words.openOrNull(value, factPlace(name));
    if (text === null && this.words.isOpen) this.setAside(name, value);
    return text;
  }

  /** What does not open is kept under another name, so that whose it is can write anew, and the log says so. */
  private setAside(name: string, value: string): void {
    const payload = { place: name.split(':')[0] ?? '' };
    this.db.transaction(() => {
      this.append({ kind: 'words-lost', actor: this.session.userId, payload });
      this.db.run(
        sql`insert or replace into fact values (${`lost.${Date.now()}.${name}`}, ${value})`,
      );
      this.db.run(sql`delete from fact where name = ${name}`);
    });
  }

  setFact(name: string, value: string): void {
    const isWord = value !== '' && isWordFact(name);
    const kept = isWord ? this.words.seal(value, factPlace(name)) : value;
    this.db.run(sql`insert or replace into fact values (${name}, ${kept})`);
  }

  holdTicket(input: TicketCalls['ticketHold'][0]): TicketCalls['ticketHold'][1] {
    return holdTicket(this.db, this.session.deviceId, input);
  }

  settleTicket(input: TicketCalls['ticketSettle'][0]): TicketCalls['ticketSettle'][1] {
    return settleTicket(this.db, this.session.deviceId, input);
  }

  ticketUses(): TicketCalls['ticketUses'][1] {
    return ticketUses(this.db);
  }

  addLedger({ entry, audit, fact }: StoreCalls['ledgerAdd'][0]): void {
    this.db.transaction(() => {
      appendAudit(this.db, this.session.deviceId, audit, Date.now());
      insertLedger(this.db, entry);
      if (fact !== undefined) this.setFact(fact.name, fact.value);
    });
  }

  ledger(limit: number): readonly ExportLedgerEntry[] {
    return listLedger(this.db, limit);
  }

  ledgerCountSince(sinceMs: number): number {
    return intOf(
      this.db.value(
        sql`select count(*) from export_ledger where atMs >= ${sinceMs} and outcome = 'sealed'`,
      ),
    );
  }

  /**
   * Puts the journal under its next key: a proven copy beside it, then one rename. Entries are taken until
   * the rename and after it; on a failure the journal is as it was.
   */
  async rekey(
    next: Uint8Array,
    tell: (done: number, total: number) => void,
  ): Promise<StoreCalls['rekey'][1]> {
    const { path } = this.db;
    if (!this.keys.expect(next)) return { wasNeeded: false, bytes: 0 };
    const rekey = Rekey.begin({ path, kind: 'journal', key: this.keys.current, next });
    this.rekeying = rekey;
    await rekey.prepare(tell);
    try {
      rekey.swap(this.db, summaryOf);
    } finally {
      this.db = this.keys.open((key) => openJournal(path, key, false));
      this.words.attach(this.db);
    }
    await rekey.eraseOld();
    return { wasNeeded: true, bytes: statSync(path).size };
  }

  rekeyStop(): void {
    this.rekeying?.stop();
  }

  /** Nobody has asked for anything for a while: the log goes into the file, and with it the copies of old ratchet keys. */
  rest(): void {
    this.db.rest();
  }

  close(): void {
    try {
      this.db.checkpoint();
    } finally {
      // A log that finds no room in the file stays beside it and is taken at the next opening.
      this.db.close();
      this.rekeying?.release();
      this.words.zero();
      this.forgetSliceKeys();
      this.keys.zero();
      this.lock.release();
    }
  }
}
