import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Entity } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { TransportRing } from '../../crypto/transport-ring';
import { letOthersIn } from '../../platform/stand-back';
import type { WritableDb } from '../database';
import { openCurrent, settleUpgrade } from '../migrations/open-current';
import type { SliceState, StoreCalls, SyncCursor } from '../protocol';
import type { FileKeys } from '../rekey/file-keys';
import { clearLeftovers } from '../rekey/rekey';
import { openWritable } from '../sqlcipher';
import type { ProgressPhase } from '../threads/progress';
import type { EntityDigest } from './digest';
import { EMPTY_STATE } from './empty-state';
import type { LoadIdentity } from './fill';
import { FormerFile } from './former-file';
import { LiveSlice } from './live-slice';
import { LOAD_CACHE_MB, removeDatabase, removeLogs, SliceLoader } from './loader';
import type { Touched } from './page-rows';
import { readReference } from './reference-names';
import type { SliceRepair } from './repair';
import { writeResealed } from './reseal';
import { SliceRekey } from './slice-rekey';
import type { EntityCounts } from './state';

export const SLICE_FILE = 'slice.db';
export const NEW_SLICE_FILE = 'slice.new.db';
/** Page cache of the live slice's writer. */
const LIVE_CACHE_MB = 32;

type Tell = (phase: ProgressPhase, done: number, total: number) => void;

/** The one writer of the slice: the live file, and the file that a first load fills beside it. */
export class SliceWriter {
  private readonly officeDir: string;
  private readonly keys: FileKeys;
  private readonly transport: TransportRing | null;
  private readonly tell: Tell;
  private live: LiveSlice | undefined;
  private loader: SliceLoader | undefined;
  /** The loaded file is whole and closed, and waits for its exchange. */
  private isLoaded = false;
  private repairing: SliceRepair | undefined;
  readonly former = new FormerFile();
  readonly rekey: SliceRekey;

  constructor(officeDir: string, keys: FileKeys, transport: TransportRing | null, tell: Tell) {
    this.officeDir = officeDir;
    this.keys = keys;
    this.transport = transport;
    this.tell = tell;
    this.rekey = new SliceRekey(this.livePath, (done, total) => tell('rekey-slice', done, total));
  }

  private get livePath(): string {
    return join(this.officeDir, SLICE_FILE);
  }

  /** Opens the live slice if there is one. Fails with STORE_KEY_WRONG, STORE_CORRUPT or STORE_FROM_FUTURE. */
  open(): SliceState {
    clearLeftovers(this.livePath);
    if (!existsSync(this.livePath)) {
      this.keys.settleOnNext();
      return EMPTY_STATE;
    }
    const path = this.livePath;
    const db = this.keys.open((key) =>
      openCurrent({
        kind: 'slice',
        path,
        key,
        isNew: false,
        isDurable: false,
        cacheMb: LIVE_CACHE_MB,
        keepsCopy: true,
        tell: (done, total) => this.tell('upgrading', done, total),
      }),
    );
    this.use(db);
    return this.state();
  }

  /** The office's files are all in the newest schema: an upgrade of this one counts. */
  settle(): void {
    if (this.live !== undefined) settleUpgrade(this.live.db);
  }

  isSearchComplete(): boolean {
    return this.live?.isSearchComplete() ?? true;
  }

  state(): SliceState {
    return this.live?.state() ?? EMPTY_STATE;
  }

  namesRead(): StoreCalls['namesRead'][1] {
    return this.live === undefined ? null : readReference(this.live.db);
  }

  /** The slice in use; SLICE_EMPTY before the first load. */
  liveSlice(): LiveSlice {
    if (this.live === undefined) throw new AppError('SLICE_EMPTY');
    return this.live;
  }

  private needLoader(): SliceLoader {
    if (this.loader === undefined) throw new AppError('INTERNAL', {}, 'no load has begun');
    return this.loader;
  }

  private needTransport(): TransportRing {
    if (this.transport === null) throw new AppError('FORBIDDEN');
    return this.transport;
  }

  /** The centre changed the keys of the region: what is in force now. */
  setTransport(packed: Uint8Array): void {
    this.needTransport().replace(packed);
  }

  /** A live file that did not open is evidence: nothing takes its place before a person had it set aside. */
  private demandNoEvidence(): void {
    if (this.live === undefined && existsSync(this.livePath))
      throw new AppError('STORE_CORRUPT', { file: SLICE_FILE }, 'not set aside');
  }

  loadBegin(identity: LoadIdentity): readonly string[] {
    this.demandNoEvidence();
    this.loader?.db.close();
    this.isLoaded = false;
    this.loader = SliceLoader.begin(
      join(this.officeDir, NEW_SLICE_FILE),
      this.keys.current,
      this.needTransport(),
      identity,
      // Without a slice nobody searches, and somebody waits for the load.
      this.live === undefined ? () => undefined : letOthersIn,
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
    readonly signed?: unknown;
    readonly cursor: SyncCursor;
    readonly referencePack: unknown;
    readonly withLate: boolean;
  }): { readonly isEqual: boolean; readonly root: string } {
    const { isEqual, root } = this.needLoader().seal(input);
    return { isEqual, root };
  }

  /** What is otherwise made after the exchange: where a slice is in use, its searches go on until the new one answers as many. */
  loadComplete(): Promise<void> {
    return new LiveSlice(this.needLoader().db).completeSearch();
  }

  /** Closes the loaded file and folds the logs in before the exchange: that of a load is tens of megabytes, which the disk is waited for. */
  swapPrepare(): void {
    this.closeLoaded();
    // Where somebody reads, the rest of it is folded in when nobody does any more.
    this.live?.db.tryCheckpoint(0);
  }

  /**
   * Puts the loaded file in the live one's place, by one move: there is one of the two at every moment. Both are closed
   * first: the old log must be gone, or the new file would be read with it. Fails with STORE_IO where the file cannot be moved: the former one is open
   * again then, and the loaded one lies where it was.
   */
  swap(): void {
    this.demandNoEvidence();
    if (!this.isLoaded) this.closeLoaded();
    this.isLoaded = false;
    this.repairing = undefined;
    if (this.live !== undefined) {
      this.live.db.checkpoint();
      this.live.db.close();
      this.live = undefined;
      this.former.hold(this.livePath);
    }
    try {
      removeLogs(this.livePath);
      renameSync(join(this.officeDir, NEW_SLICE_FILE), this.livePath);
    } catch (error) {
      this.former.letGo();
      if (existsSync(this.livePath)) this.open();
      throw new AppError('STORE_IO', { file: SLICE_FILE }, String(error));
    }
    // This program made it a moment ago: nothing is left over, to be brought forward or taken back.
    const path = this.livePath;
    const how = { path, mayCreate: false, isDurable: false, cacheMb: LIVE_CACHE_MB };
    this.use(this.keys.open((key) => openWritable({ ...how, key })));
  }

  private closeLoaded(): void {
    this.needLoader().close();
    this.loader = undefined;
    this.isLoaded = true;
  }

  private use(db: WritableDb): void {
    db.setSecureDelete();
    this.live = new LiveSlice(db);
  }

  async completeSearch(): Promise<void> {
    const live = this.liveSlice();
    // Each index reads all persons: from the cache, or they would be decrypted anew for every one.
    live.db.setCacheMb(LOAD_CACHE_MB);
    await live.completeSearch();
    live.db.setCacheMb(LIVE_CACHE_MB);
  }

  loadAbort(): void {
    this.loader?.db.close();
    this.loader = undefined;
    this.isLoaded = false;
    removeDatabase(join(this.officeDir, NEW_SLICE_FILE));
  }

  lateSegment(sha256: string, object: Uint8Array): Promise<number> {
    this.liveSlice().db.demandRoom();
    return this.liveSlice().lateSegment(sha256, object, this.needTransport());
  }

  lateIndex(): Promise<void> {
    return this.liveSlice().lateIndex((done, total) => this.tell('indexing', done, total));
  }

  lateSeal(digests: readonly EntityDigest[]): StoreCalls['lateFinish'][1] {
    return this.liveSlice().lateSeal(digests);
  }

  applyPage(
    input: StoreCalls['applyPage'][0],
  ): StoreCalls['applyPage'][1] & { readonly touched: Touched } {
    this.liveSlice().db.demandRoom();
    return this.liveSlice().applyPage(input, this.needTransport());
  }

  repairBegin(digests: readonly EntityDigest[]): StoreCalls['repairBegin'][1] {
    this.repairing = this.liveSlice().repair(digests);
    return this.repairing.begin();
  }

  /** The repair that has begun. */
  repair(): SliceRepair {
    if (this.repairing === undefined) throw new AppError('INTERNAL', {}, 'no repair has begun');
    return this.repairing;
  }

  repairApply(
    input: StoreCalls['repairApply'][0],
  ): StoreCalls['repairApply'][1] & { readonly touched: Touched } {
    this.liveSlice().db.demandRoom();
    return this.repair().apply(input, this.needTransport());
  }

  repairEnd(): void {
    this.repairing = undefined;
  }

  resealWrite(input: StoreCalls['resealWrite'][0]): Promise<number> {
    return writeResealed(this.liveSlice().db, input);
  }

  /** Makes a proven copy under the next key beside the slice, which stays in use. */
  async rekeyPrepare(next: Uint8Array): Promise<StoreCalls['rekey'][1]> {
    // The rotation would forget the key of a file that waits for a person's decision.
    this.demandNoEvidence();
    if (!this.keys.expect(next)) return { wasNeeded: false, bytes: 0 };
    if (this.live !== undefined) return this.rekey.prepare(this.keys.current, next);
    this.loadAbort();
    this.keys.settleOnNext();
    return { wasNeeded: false, bytes: 0 };
  }

  /** Puts the copy in the slice's place; nobody else may have it open. Whatever happens, one of them is open after. */
  rekeySwap(): void {
    const { db } = this.liveSlice();
    this.live = undefined;
    this.repairing = undefined;
    try {
      this.rekey.swap(db);
      // A load that had begun is under the former key.
      if (this.loader === undefined) removeDatabase(join(this.officeDir, NEW_SLICE_FILE));
    } finally {
      this.open();
    }
  }

  pendingAudit(): ReturnType<LiveSlice['pendingAudit']> {
    return this.live?.pendingAudit() ?? [];
  }

  forgetPending(sources: readonly string[]): void {
    this.liveSlice().forgetPending(sources);
  }

  /** Lets go of a live file that turned out damaged. */
  dropLive(): void {
    const { live } = this;
    this.live = undefined;
    this.repairing = undefined;
    live?.db.close();
  }

  close(): void {
    this.former.letGo();
    this.loader?.db.close();
    this.loader = undefined;
    this.live?.db.checkpoint();
    this.live?.db.close();
    this.live = undefined;
    this.rekey.release();
    this.keys.zero();
    this.transport?.zero();
  }
}
