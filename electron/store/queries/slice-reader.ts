import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BatchRow } from '../../../shared/domain/batch/read-row';
import type { LapseModel } from '../../../shared/domain/forecast/lapse-model';
import { EMPTY_MARKS, type Mark, MarkIndex } from '../../../shared/domain/marks/marks';
import type { Entity } from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { AppError } from '../../../shared/errors/app-error';
import type { Filter } from '../../../shared/ipc/common';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { AttachmentCalls, AttachmentRef } from '../attachment-calls';
import type { BatchCalls } from '../batch-calls';
import type { LapseLesson } from '../cube/lapse-keeper';
import { ColumnsKeeper } from '../cube/saved/keep';
import { SavedColumns } from '../cube/saved/saved-columns';
import type { ReadableDb } from '../database';
import { checkFile } from '../migrations/run';
import type { BlindKeySet, StoreCalls } from '../protocol';
import type { ReadStanding } from '../read-standing';
import { FileKeys } from '../rekey/file-keys';
import type { ScanCalls } from '../scan-calls';
import { type Checked, checkBasis } from '../slice/check-basis';
import type { EntityDigest } from '../slice/digest';
import type { Touched } from '../slice/page-rows';
import { NEW_SLICE_FILE, SLICE_FILE } from '../slice/slice-writer';
import { readCounts } from '../slice/state';
import { openReadable } from '../sqlcipher';
import type { StatisticsCalls } from '../statistics-calls';
import type { ReaderCalls, ReaderSetup, SliceFile } from '../threads/calls';
import type { Subject } from '../watch-calls';
import { readAttachments, readWantedAttachments } from './attachments';
import { Beside } from './beside';
import type { Desk } from './desk';
import { ExportSnapshot } from './exports';
import type { Rules } from './items';
import { judgeRows } from './judge-batch';
import { judgeScan } from './judge-scan';
import { LoadFollower } from './load-follower';
import { findCertificates, type JudgeDesk } from './page-finds';
import { answerPort, type PortOutcome } from './port-routes';
import { readOutdated } from './reseal';
import { readSealed } from './reveal';
import { Search } from './search';
import { countPeople } from './statistics';
import { digestEntities, verifySlice } from './verify';
import { Warm } from './warm';
import { readStandings } from './watch';

interface OpenSlice {
  readonly db: ReadableDb;
  readonly warm: Warm | undefined;
  readonly saved: SavedColumns;
  readonly keeper: ColumnsKeeper;
}

/** Rows of one question: a look-up in between waits for no more. */
const MAX_JUDGED = 1_000;

type Tell = (phase: 'indexing' | 'verifying', done: number, total: number) => void;

/** One reader of the slice: look-ups and boards, or checks and exports. Never writes. */
export class SliceReader {
  private readonly setup: ReaderSetup;
  private readonly tell: Tell;
  private readonly exports = new Map<string, ExportSnapshot>();
  private readonly beside = new Beside();
  private readonly search: Search;
  private blindKeys: readonly BlindKeySet[];
  private readonly keys: FileKeys;
  private rules: Rules;
  private slice: OpenSlice | undefined;
  /** Copies in memory of the loaded file, which is to take the live one's place. */
  private prepared: { readonly warm: Warm; readonly marks: MarkIndex } | undefined;
  private version = 0;
  private follower: LoadFollower | undefined;
  private following: Promise<void> = Promise.resolve();
  private keeping: Promise<number> = Promise.resolve(0);

  /** Fails with RULE_PACK_REFUSED when the rule pack does not parse. */
  constructor(setup: ReaderSetup, tell: Tell) {
    const pack = parseRulePack(setup.rulePack);
    if (!pack.ok)
      throw new AppError(
        'RULE_PACK_REFUSED',
        { pack: '' },
        JSON.stringify(pack.error).slice(0, 500),
      );
    this.setup = setup;
    this.blindKeys = setup.blindKeys;
    this.keys = new FileKeys(setup.key, setup.keyNext);
    this.tell = tell;
    const cutoffs = statusCutoffs(pack.value, setup.today);
    this.rules = { pack: pack.value, cutoffs, marks: EMPTY_MARKS };
    const reader = this;
    // A live view: rules, file and version change under the search.
    this.search = new Search({
      get db() {
        return reader.need().db;
      },
      get warm() {
        return reader.needWarm();
      },
      session: setup.session,
      scopes: setup.session.regions,
      get rules() {
        return reader.rules;
      },
      get blindKeys() {
        return reader.blindKeys;
      },
      get version() {
        return reader.version;
      },
    });
  }

  private need(): OpenSlice {
    if (this.slice === undefined) throw new AppError('SLICE_EMPTY');
    return this.slice;
  }

  /** The open slice, for checks of whole tables. */
  connection(): ReadableDb {
    return this.need().db;
  }

  private needWarm(): Warm {
    const { warm } = this.need();
    if (warm === undefined) throw new AppError('INTERNAL', {}, 'this reader keeps no columns');
    return warm;
  }

  private connect(file: SliceFile, cacheMb: number): ReadableDb {
    const path = join(this.setup.officeDir, file === 'live' ? SLICE_FILE : NEW_SLICE_FILE);
    return this.keys.open((key) => openReadable({ path, key, cacheMb }));
  }

  private desk(): Desk {
    const { session } = this.setup;
    return {
      db: this.need().db,
      warm: this.needWarm(),
      session,
      scopes: session.regions,
      rules: this.rules,
      blindKeys: this.blindKeys,
      version: this.version,
    };
  }

  /** Makes the copies of the loaded file in steps, beside the live one's; they are there for the `openSlice` that follows. */
  async prepare(): Promise<void> {
    this.dropPrepared();
    const db = this.connect('new', 8);
    const saved = new SavedColumns(this.setup.officeDir, this.keys.current);
    try {
      checkFile(db, 'slice');
      const { marks } = this.rules;
      const warm = new Warm(db, marks, saved);
      this.prepared = { warm, marks };
      await warm.ready();
    } catch (error) {
      this.dropPrepared();
      throw error;
    } finally {
      saved.zero();
      db.close();
    }
  }

  private dropPrepared(): void {
    this.prepared?.warm.end();
    this.prepared = undefined;
  }

  /** What was prepared, over the connection to the file in its new place; nothing where marks have changed since. */
  private takePrepared(db: ReadableDb, saved: SavedColumns): Warm | undefined {
    const { prepared } = this;
    if (prepared?.marks !== this.rules.marks) return undefined;
    this.prepared = undefined;
    prepared.warm.moveTo(db, saved);
    return prepared.warm;
  }

  openSlice(warm: boolean, isPrepared: boolean): void {
    this.closeSlice();
    const db = this.connect('live', warm ? 32 : 8);
    try {
      checkFile(db, 'slice');
    } catch (error) {
      db.close();
      throw error;
    }
    const saved = new SavedColumns(this.setup.officeDir, this.keys.current);
    const keeper = new ColumnsKeeper(db, saved, () => this.slice?.db !== db);
    const ready = isPrepared ? this.takePrepared(db, saved) : undefined;
    this.dropPrepared();
    const copies = warm ? (ready ?? new Warm(db, this.rules.marks, saved)) : undefined;
    this.slice = { db, warm: copies, saved, keeper };
    this.version++;
  }

  closeSlice(): void {
    for (const snapshot of this.exports.values()) snapshot.close();
    this.exports.clear();
    this.beside.close();
    const { slice } = this;
    this.slice = undefined;
    slice?.saved.zero();
    slice?.db.close();
  }

  /** Has the saved columns follow the rows, where there are so many that reading them takes its time. */
  async keepColumns(least: number): Promise<{ readonly written: number }> {
    const { db, keeper } = this.need();
    if ((readCounts(db).certificate ?? 0) < least) return { written: 0 };
    this.keeping = this.keeping.catch(() => 0).then(() => keeper.keep());
    return { written: await this.keeping };
  }

  /** See ColumnsKeeper.falseBlocks. */
  falseColumns(): Promise<number> {
    return this.need().keeper.falseBlocks();
  }

  /** Takes the saved columns away: they are made anew from the rows. */
  async forgetColumns(): Promise<void> {
    const { saved, keeper } = this.need();
    await this.keeping.catch(() => 0);
    keeper.forget();
    await saved.forget();
  }

  /** Reads everything in memory anew, from the rows alone. */
  async rebuild(): Promise<void> {
    await this.slice?.warm?.rebuild();
    this.version++;
  }

  setToday(today: number): void {
    this.rules = { ...this.rules, cutoffs: statusCutoffs(this.rules.pack, today) };
    this.version++;
  }

  /** Other marks: everything that is read from here on goes by them, the copies in memory once this is done. */
  async setMarks(marks: readonly Mark[]): Promise<void> {
    this.rules = { ...this.rules, marks: new MarkIndex(marks) };
    this.version++;
    await this.slice?.warm?.setMarks(this.rules.marks);
    this.version++;
  }

  async refresh(touched: Touched): Promise<void> {
    await this.slice?.warm?.refresh(touched);
    this.version++;
  }

  async rebuildNames(): Promise<void> {
    await this.slice?.warm?.rebuildNames();
    this.version++;
  }

  rebuildPeriods(): void {
    this.slice?.warm?.forgetPeriods();
    this.version++;
  }

  port(route: string, input: unknown): Promise<PortOutcome> {
    return answerPort(this.desk(), this.search, route, input);
  }

  lapseLesson(): Promise<LapseLesson | null> {
    return this.needWarm().lapseLesson(this.rules.cutoffs.today);
  }

  lapseTake(key: string, model: LapseModel | null): void {
    this.slice?.warm?.takeLapse(key, model);
  }

  /** Rows are read as they are now: what was followed while a page was taken over is followed again. */
  watch(subjects: readonly Subject[]): Promise<ReadStanding[]> {
    return readStandings(this.desk(), this.search, subjects);
  }

  countPeople(ask: StatisticsCalls['statisticsCount'][0]) {
    return countPeople(this.desk(), ask);
  }

  async countFilter(filter: Filter): Promise<number> {
    this.need();
    return this.search.count(filter);
  }

  /** Reads a just committed segment of the load back into its digest. */
  follow(entity: Entity): Promise<void> {
    this.follower ??= new LoadFollower(this.connect('new', 8));
    const { follower } = this;
    this.following = this.following.then(() => follower.follow(entity));
    return this.following;
  }

  /** What was followed; nothing where following failed or never began. Leaves the file closed. */
  async followEnd(): Promise<readonly EntityDigest[]> {
    const isWhole = await this.following.then(
      () => true,
      () => false,
    );
    const digests = this.follower?.end() ?? [];
    this.follower = undefined;
    this.following = Promise.resolve();
    return isWhole ? digests : [];
  }

  /** Digests from the stored rows of a file, over one moment of it. */
  async digest(file: SliceFile, entities: readonly Entity[]): Promise<readonly EntityDigest[]> {
    // The loaded file is closed by nobody else: it is compared before it takes the live one's place.
    const beside = file === 'live' ? this.beside : new Beside();
    return beside.look(this.connect(file, 8), (db) =>
      digestEntities(db, entities, (done) => this.tell('verifying', done, 0)),
    );
  }

  /** Throws BUSY where the slice is exchanged meanwhile. */
  async verify(): Promise<Checked> {
    this.need();
    return this.beside.look(this.connect('live', 8), async (db) => {
      const basis = checkBasis(db);
      const result = await verifySlice(db, (done) => this.tell('verifying', done, 0));
      return { result, basis };
    });
  }

  revealFetch(certificateIds: readonly number[]): StoreCalls['revealFetch'][1] {
    const { db } = this.need();
    return certificateIds.map((id) => readSealed(db, this.setup.session.regions, id));
  }

  attachmentsOf(certificateId: number): AttachmentCalls['attachmentsOf'][1] {
    return readAttachments(this.need().db, this.setup.session.regions, certificateId);
  }

  attachmentsWanted(input: ReaderCalls['attachmentsWanted'][0]): readonly AttachmentRef[] {
    const { today } = this.rules.cutoffs;
    const { first, ...how } = input;
    return readWantedAttachments(this.need().db, this.setup.session.regions, first, today, how);
  }

  judge(rows: readonly BatchRow[]): BatchCalls['batchJudge'][1] {
    return judgeRows(this.judgeDesk(), rows.slice(0, MAX_JUDGED));
  }

  standing(ids: readonly number[]): BatchCalls['batchStanding'][1] {
    const found = findCertificates(this.judgeDesk(), ids.slice(0, MAX_JUDGED));
    return { statuses: ids.map((id) => found.get(id)?.status ?? null) };
  }

  private judgeDesk(): JudgeDesk {
    const { blindKeys, rules } = this;
    return { db: this.need().db, blindKeys, rules, scopes: this.setup.session.regions };
  }

  judgeScan({ row, certificateId }: ScanCalls['scanJudge'][0]): ScanCalls['scanJudge'][1] {
    return judgeScan(this.judgeDesk(), row, certificateId);
  }

  resealRead(input: StoreCalls['resealRead'][0]): StoreCalls['resealRead'][1] {
    return readOutdated(this.need().db, input);
  }

  setBlindKeys(sets: readonly BlindKeySet[]): void {
    zeroAll(this.blindKeys);
    this.blindKeys = sets;
    this.version++;
  }

  setNextKey(next: Uint8Array): void {
    this.keys.expect(next);
    next.fill(0);
  }

  async exportOpen(filter: Filter): Promise<StoreCalls['exportOpen'][1]> {
    this.need();
    const { regions } = this.setup.session;
    const snapshot = await this.beside.opened(this.connect('live', 64), (db) =>
      ExportSnapshot.open(db, filter, regions, this.rules),
    );
    if (snapshot === undefined) throw new AppError('EXPORT_STOPPED');
    const exportId = randomUUID();
    this.exports.set(exportId, snapshot);
    return { exportId, count: snapshot.count, byStatus: snapshot.byStatus() };
  }

  exportRows(exportId: string, limit: number): StoreCalls['exportRows'][1] {
    const snapshot = this.exports.get(exportId);
    // A new slice was swapped in meanwhile, or the export was closed.
    if (snapshot === undefined) throw new AppError('EXPORT_STOPPED');
    return snapshot.next(limit);
  }

  exportClose(exportId: string): void {
    this.exports.get(exportId)?.close();
    this.exports.delete(exportId);
  }

  close(): void {
    const copies = this.slice?.warm;
    this.closeSlice();
    copies?.end();
    this.dropPrepared();
    this.keys.zero();
    zeroAll(this.blindKeys);
  }
}

function zeroAll(sets: readonly BlindKeySet[]): void {
  for (const keys of sets) for (const key of Object.values(keys)) key.fill(0);
}
