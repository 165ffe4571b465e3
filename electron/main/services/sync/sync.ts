import { randomUUID, X509Certificate } from 'node:crypto';
import { AppError, ERRORS, type ErrorCode } from '../../../../shared/errors/app-error';
import type { LineStatus } from '../../../../shared/ipc/routes/line';
import type { SyncProgress, SyncStatus } from '../../../../shared/ipc/routes/sync';
import { objectPath } from '../../../../shared/protocol/endpoints';
import type { KeyRing } from '../../../crypto/key-ring';
import type { HighestSeen } from '../../../platform/clock';
import type { SliceState } from '../../../store/protocol';
import type { StartProcess } from '../../clients/process-link';
import type { StoreCaller } from '../../clients/store-client';
import { type CounterSource, type Ingest, startIngest } from '../../workers/ingest-client';
import type { OutboxService } from '../outbox/outbox';
import type { EventSink, ServiceLog } from '../ports';
import type { DeviceReports } from '../report/report';
import { ingestKeys, zeroIngestKeys } from '../unlock/key-copies';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { certificateFor } from '../unlock/tls-certificate';
import type { SessionListener } from '../unlock/unlock';
import { CacheKeeper } from './cache/cache-keeper';
import { fillFromCache } from './cache/fill-from-cache';
import { openCache } from './cache/open-cache';
import type { CacheFacts } from './cache/segment-cache';
import { CheckpointSeals } from './checkpoint-seal';
import { type Connection, ConnectionWatch } from './connection-watch';
import { Downloader } from './download';
import { type Line, type LineSetup, plainSetup } from './line';
import { isOfLine, lineError } from './line-errors';
import { ProgressMeter } from './progress';
import { isOlderThan, noteReached, readReached } from './reached';
import { renewCertificate } from './renew-certificate';
import { RepairLine } from './repair/repair-line';
import { readWanted } from './repair/wanted';
import { backoffMs } from './retries';
import { rememberLoad } from './run/manifests';
import type { SyncRunResult } from './run/run-parts';
import { SyncRun } from './run/sync-run';
import { accessBundle, accessServer, type ServerAccess } from './server-access';
import { STATEMENTS_FACT, tagFor, tagStatements } from './statements-tag';
import {
  asOfOf,
  type LinePolicy,
  proofOf,
  type Standing,
  type StatusFacts,
  syncStatus,
} from './status';
import { noteStick, readSticks } from './stick-runs';
import type { Transport } from './transport/transport';

const EVERY_MS = 3 * 60_000;
/** After a failed run: at least so long, and up to twice as much more each time. */
const LEAST_AGAIN_MS = 5_000;
const FIRST_AGAIN_MS = 10_000;
const RUNS_SHOWN = 50;
const OUTBOX_TIMEOUT_MS = 10 * 60_000;

export interface SyncParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  /** The slice lives in memory only and is filled from the cache. */
  isEmergency(): boolean;
  /** Folder of the received objects of the present slice. */
  readonly cacheDir: string;
  /** Folder of objects that are under way. */
  readonly incomingDir: string;
  /** Counters for sealed values; see SealCounters. */
  readonly counters: CounterSource;
  readonly startIngest: StartProcess;
  readonly freshnessDays: number;
  readonly outbox: Pick<OutboxService, 'state'> & {
    /** Sends what waits and takes what belongs to it; `takesBulk` as of a run. Throws codes of the line. */
    send(line: Line, signal: AbortSignal, takesBulk: boolean): Promise<void>;
  };
  readonly reports: Pick<DeviceReports, 'send'>;
  /** False while a damaged slice waits for a person's decision. */
  mayLoad(): boolean;
  /** Statements that this device holds now. */
  heldStatements(): readonly unknown[];
  /** What this device holds of its office now. */
  office(): OfficeFile;
  /** Puts both certificates into office.json while one is being renewed. */
  saveCertificates(present: string, next: string): Promise<void>;
  /** Keeps statements that the server renewed. */
  saveOffice(office: OfficeFile): Promise<void>;
  /** Wire, clock and bandwidth limit; the product's own where absent. */
  readonly line?: LineSetup;
  /** Every status that pages are told. */
  onStatus?(status: SyncStatus): void;
  /** What a person decided about the network. */
  policy(): LinePolicy;
  /** A person who synchronises while it is paused ends the pause. */
  resume(): void;
  /** A run ended, however it did. */
  onRunEnded?(): void;
  /** The server came or went; the watermark names an address only while it is there. */
  onConnection(): void;
}

interface Running {
  readonly runId: string;
  readonly abort: AbortController;
  readonly progress: ProgressMeter;
  readonly ended: Promise<RunEnd>;
}

/** How a run ended. */
export interface RunEnd {
  readonly failure: AppError | null;
  readonly rows: number;
}

interface RunParts {
  readonly session: OpenSession;
  readonly access: ServerAccess;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly progress: ProgressMeter;
  readonly isAutomatic: boolean;
  readonly takesBulk: boolean;
  readonly isMending?: boolean;
}

/** Synchronisation of the open session: by request, after unlock, and every few minutes. */
export class SyncService implements SessionListener {
  private access: ServerAccess | null = null;
  private running: Running | null = null;
  private readonly watch: ConnectionWatch;
  private readonly setup: LineSetup;
  private repeating = new AbortController();
  private uplink: Promise<unknown> = Promise.resolve();
  /** How what goes up failed last; null since it went up. */
  private uplinkFailure: ErrorCode | null = null;
  /** Emergency: changes that this device had received could not be read, until they are received again. */
  private isCut = false;
  private holds = 0;
  /** Runs in a row that failed by what may pass. */
  private failures = 0;
  private wasPaused = false;
  private obstacle: ErrorCode | null = null;
  private awaiting: SyncStatus['awaiting'] = null;
  private readonly seals = new CheckpointSeals();

  constructor(private readonly parts: SyncParts) {
    this.setup = parts.line ?? plainSetup();
    this.watch = new ConnectionWatch(
      () => {
        parts.onConnection();
        this.goUp(!parts.policy().isMetered);
      },
      () => this.running !== null,
      this.setup.timing,
      () => parts.policy().isMetered,
    );
  }

  async opened(session: OpenSession): Promise<void> {
    // The auditor reads the log and reaches no server.
    if (!session.keys.has('deviceTls')) return;
    this.access = accessServer(session.office, session.keys, this.setup);
    this.watch.start(this.access.line);
    this.repeating = new AbortController();
    void this.repeat(this.repeating.signal);
    this.isCut = false;
    this.awaiting = null;
    this.obstacle = null;
    this.uplinkFailure = null;
    this.wasPaused = this.parts.policy().isPaused;
    const isLoading = this.parts.isEmergency();
    if (isLoading || (await this.parts.store.call('state', {})).hasSlice) this.startQuietly();
  }

  async closing(): Promise<void> {
    this.repeating.abort();
    this.watch.stop();
    const { running } = this;
    running?.abort.abort();
    // The line first: it holds the device's key, and a run that waits for the store may take its time.
    this.access?.line.close();
    this.access = null;
    await running?.ended;
    await this.uplink;
  }

  get connection(): Connection {
    return this.watch.current;
  }

  /** The line of the session, while there is one. */
  get line(): Line | null {
    return this.access?.line ?? null;
  }

  get isOnline(): boolean {
    return this.watch.current === 'online';
  }

  /** Starts a run or joins the running one; the end comes as an event. */
  start({ isAutomatic = false, isWhole = false } = {}): { readonly runId: string } {
    if (this.holds > 0) throw new AppError('BUSY');
    if (!isAutomatic && this.parts.policy().isPaused) this.parts.resume();
    if (this.running !== null) return { runId: this.running.runId };
    const { access } = this;
    if (access === null) throw new AppError('FORBIDDEN');
    const takesBulk = isWhole || !this.parts.policy().isMetered;
    const { runId } = this.begin({ access, isAutomatic, takesBulk });
    return { runId };
  }

  /**
   * One run over a bundle in the place of the line; a run over the line that is under way ends first. Resolves
   * with how it ended. `isMending`: its snapshot takes the place of a slice that differs. Throws BUSY, LOCKED, STORE_CORRUPT, FORBIDDEN.
   */
  async runFrom(transport: Transport, { isMending = false } = {}): Promise<RunEnd> {
    while (this.running !== null) await this.cancel();
    if (this.holds > 0) throw new AppError('BUSY');
    const access = accessBundle(this.parts.sessions.demand().office, transport);
    try {
      return await this.begin({ access, isAutomatic: false, takesBulk: true, isMending }).ended;
    } finally {
      access.line.close();
    }
  }

  private begin(
    how: Pick<RunParts, 'access' | 'isAutomatic' | 'takesBulk' | 'isMending'>,
  ): Running {
    const session = this.parts.sessions.demand();
    if (!this.parts.mayLoad()) throw new AppError('STORE_CORRUPT', { file: 'slice.db' });
    if (!session.keys.has('transportPrivate')) throw new AppError('FORBIDDEN');
    const runId = randomUUID();
    const abort = new AbortController();
    const progress = new ProgressMeter(
      runId,
      () => this.setup.timing.nowMs(),
      (now) => this.parts.events.emit('sync.progressed', now),
      carriedFrom(how.access.line),
    );
    const ended = this.perform({ ...how, session, runId, signal: abort.signal, progress });
    this.running = { runId, abort, progress, ended };
    return this.running;
  }

  /** Ends the running run and lets none begin until the answer is called; then what was ended goes on. */
  async hold(): Promise<() => void> {
    this.holds++;
    const wasRunning = this.running !== null;
    await this.cancel();
    return () => {
      this.holds--;
      if (wasRunning && this.holds === 0) this.startQuietly();
    };
  }

  /** Stops the running run; what has arrived is kept for the next. */
  async cancel(): Promise<void> {
    const { running } = this;
    running?.abort.abort();
    await running?.ended;
  }

  /** Resolves when no run is under way and what waited is sent or stays. */
  async settled(): Promise<void> {
    await this.runEnded();
    await this.uplink;
  }

  private async runEnded(): Promise<void> {
    await this.running?.ended;
  }

  async status(): Promise<SyncStatus> {
    const { store, sessions, clock, freshnessDays } = this.parts;
    const session = sessions.demand();
    const state = await store.call('state', {});
    const runs = await store.call('syncRuns', { limit: RUNS_SHOWN });
    const outbox = await this.parts.outbox.state();
    return syncStatus({
      state,
      runs,
      outbox,
      running: this.running?.progress.current ?? null,
      connection: this.watch.current,
      server: this.access?.line.endpoint ?? null,
      leaseUntilMs: session.leaseUntilMs,
      nowMs: clock.highestMs(),
      freshnessDays,
      policy: this.parts.policy(),
      obstacle: this.watch.current === 'online' ? null : this.obstacle,
      awaiting: this.awaiting,
      isCut: this.isCut,
      ...(await this.standing(state)),
      wanted: await readWanted(store),
      sticks: await readSticks(store),
    });
  }

  /** Recomputes the digest from the stored columns and compares it with the last checkpoint. */
  async verify(): Promise<SyncStatus['proof']> {
    const { store } = this.parts;
    await store.call('verify', { mode: 'quick' });
    await this.tellChanged();
    const state = await store.call('state', {});
    return proofOf(state, await this.standing(state), await readWanted(store));
  }

  /** The server's time of the data as pages and documents name it, ms; null: there are none. Never later than was signed. */
  async asOf(): Promise<number | null> {
    const state = await this.parts.store.call('state', {});
    return asOfOf({ state, ...(await this.standing(state)) });
  }

  /** What the slice says of itself, checked by the server's signature and by what the journal saw. */
  private async standing(state: SliceState): Promise<Standing & Pick<StatusFacts, 'reachedMs'>> {
    const reached = await readReached(this.parts.store);
    return {
      seal: await this.seals.of(state, this.parts.office()),
      isOlder: isOlderThan(state, reached),
      reachedMs: reached?.issuedMs ?? null,
    };
  }

  /** Whether something was put in the place of what the server said, or may have been. */
  private async isDoubted(): Promise<boolean> {
    const state = await this.parts.store.call('state', {});
    const { why } = proofOf(state, await this.standing(state));
    return state.hasSlice && why !== null && why !== 'incomplete';
  }

  /** Whether what is kept beside the rows proves them: signed by the server, and the newest that was here. */
  async hasProof(): Promise<boolean> {
    const { seal, isOlder } = await this.standing(await this.parts.store.call('state', {}));
    return seal === 'signed' && !isOlder;
  }

  /** A check found rows that differ: a run repairs them, if the server can be reached. */
  repairSoon(): void {
    this.startQuietly();
  }

  /** What the page says of the line beside the status. */
  lineFacts(): Omit<LineStatus, 'settings'> {
    const { sessions, clock } = this.parts;
    const line = this.access?.line ?? null;
    const key = sessions.demand().keys.peek('deviceTls');
    const office = this.parts.office();
    const certificate = key === undefined ? office.tlsCertificate : certificateFor(office, key);
    return {
      endpoints: [...(line?.endpoints ?? [])],
      bytesPerSecond: line?.pace.bytesPerSecond ?? null,
      clockAheadMs: clock.mark().anchor === null ? null : Math.round(clock.wrongByMs()),
      certificateUntilMs: Date.parse(new X509Certificate(certificate).validTo),
    };
  }

  /** The way to the server is another: what stands by the old one is ended, a run begins again by the new one. */
  async wayChanged(): Promise<void> {
    if (this.access === null) return;
    const wasRunning = this.running !== null;
    await this.cancel();
    const session = this.parts.sessions.current;
    // The session may have ended meanwhile.
    if (session === null || this.access === null) return;
    this.reconnect(session, this.access.line);
    if (wasRunning) this.startQuietly();
  }

  private reconnect(session: OpenSession, former: Line): void {
    this.access = accessServer(this.parts.office(), session.keys, this.setup);
    this.watch.start(this.access.line);
    former.close();
  }

  /** A person changed pause, limit or metered mode. */
  policyChanged({ isPaused }: LinePolicy): void {
    if (this.parts.sessions.current === null) return;
    if (isPaused) void this.cancel();
    else if (this.wasPaused) this.startQuietly();
    this.wasPaused = isPaused;
    void this.tellChanged();
  }

  /** The outbox grew: pages count what waits. */
  outboxChanged(): void {
    void this.tellChanged();
  }

  /**
   * A run every few minutes; sooner, at growing and uneven intervals, while the line or the server fails.
   * Ends with the session.
   */
  private async repeat(signal: AbortSignal): Promise<void> {
    const { timing } = this.setup;
    try {
      for (;;) {
        const wait = backoffMs(this.failures, () => timing.random(), FIRST_AGAIN_MS, EVERY_MS);
        await timing.sleep(this.failures === 0 ? EVERY_MS : LEAST_AGAIN_MS + wait, signal);
        if (this.running === null) this.startQuietly();
        // Not for what goes up: the next run does not wait for it.
        await this.runEnded();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private startQuietly(): void {
    if (this.holds > 0 || this.parts.policy().isPaused) return;
    try {
      if (this.parts.sessions.demand().keys.has('transportPrivate'))
        this.start({ isAutomatic: true });
    } catch (error) {
      this.parts.log.warn('automatic sync not started', { reason: String(error) });
    }
  }

  /** One run to its end: never rejects. */
  private async perform(run: RunParts): Promise<RunEnd> {
    const { session, access, runId, signal, progress, isAutomatic } = run;
    const isLine = access === this.access;
    const startedMs = this.setup.timing.nowMs();
    let result: SyncRunResult = { rows: 0, isFirst: false, awaiting: null };
    let failure: AppError | null = null;
    progress.enter('connecting');
    try {
      // Whether the cache can be read or not: the server can give everything.
      if (this.parts.isEmergency()) failure = await this.fill(session, access, signal, progress);
      await this.renewStatements(session, access, signal);
      // Nothing that comes down waits for what goes up: a revocation arrives however much is to be sent.
      if (isLine) this.goUp(run.takesBulk);
      result = await this.run(run);
      this.awaiting = result.awaiting;
      failure = null;
      if (isLine) await this.report(access, signal);
      if (isLine) await this.renew(session, access, signal);
    } catch (cause) {
      const met = signal.aborted ? new AppError('CANCELLED') : this.failureOf(cause);
      failure = met.code === 'SYNC_UNREACHABLE' ? (failure ?? met) : met;
    }
    this.running = null;
    if (isLine) this.lineEnded(failure);
    // A run that only found out what waits for consent is told as that.
    const hasOnlyLooked = failure === null && result.awaiting !== null && result.rows === 0;
    const isWorthNoting = !hasOnlyLooked && !(isAutomatic && failure?.code === 'SYNC_UNREACHABLE');
    if (isWorthNoting) await this.note(runId, startedMs, result, failure, progress.current);
    if (isWorthNoting && !isLine) await noteStick(this.parts.store, runId);
    await this.tellChanged();
    this.parts.onRunEnded?.();
    return { failure, rows: result.rows };
  }

  private lineEnded(failure: AppError | null): void {
    this.failures = failure !== null && ERRORS[failure.code].isRetryable ? this.failures + 1 : 0;
    if (failure !== null && isOfLine(failure.code)) this.obstacle = failure.code;
    this.watch.learn(connectionAfter(failure, this.watch.current));
    if (failure !== null) void this.watch.check();
  }

  /** Tells the centre how this device stands; that it was not told changes nothing for the run. */
  private async report({ line }: ServerAccess, signal: AbortSignal): Promise<void> {
    if (this.parts.isEmergency()) return;
    try {
      await this.parts.reports.send(line, signal);
    } catch (error) {
      if (!signal.aborted) this.parts.log.warn('not reported', { detail: String(error) });
    }
  }

  private async run(run: RunParts): Promise<SyncRunResult> {
    const { session, access, signal, progress, takesBulk, isMending = false } = run;
    const { store, incomingDir, log } = this.parts;
    const ingest = await this.startIngest(session.keys);
    const downloader = new Downloader(access.line, incomingDir, objectPath, (bytes) =>
      progress.addBytes(bytes),
    );
    const cache = await openCache(this.parts.cacheDir, session.keys);
    try {
      const { region } = session.office.office;
      const { remote } = access;
      const keeper = new CacheKeeper({
        cache,
        remote,
        downloader,
        incomingDir,
        nowMs: () => this.setup.timing.nowMs(),
        log,
      });
      const line = new RepairLine(access.line, (bytes) => progress.addBytes(bytes));
      const parts = { region, remote, line, downloader, keeper, ingest, store, progress, signal };
      const isStick = access !== this.access;
      const isDoubted = await this.isDoubted();
      const how = { takesBulk, isStick, isMending, isDoubted };
      const result = await new SyncRun({ ...parts, ...how }).run();
      this.isCut = false;
      await this.learnTime();
      return result;
    } finally {
      cache.close();
      await ingest.end();
    }
  }

  /** Emergency: fills the slice in memory. Answers why it is still empty, which counts while there is no line. */
  private async fill(
    session: OpenSession,
    { remote }: ServerAccess,
    signal: AbortSignal,
    progress: ProgressMeter,
  ): Promise<AppError | null> {
    const { store, log, cacheDir } = this.parts;
    if ((await store.call('state', {})).hasSlice) return null;
    const ingest = await this.startIngest(session.keys);
    try {
      const parts = { cacheDir, remote, ingest, store, progress, signal, log };
      const filled = await fillFromCache(session, parts);
      if (filled instanceof AppError) return filled;
      this.isCut = filled.isCut;
      await rememberLoad(store, filled);
      await this.learnTime();
      await this.tellChanged();
      return null;
    } finally {
      await ingest.end();
    }
  }

  /** What the emergency reader would be filled with here; null where there is none, or without the key to tell. */
  async cacheFacts(): Promise<CacheFacts | null> {
    const { keys } = this.parts.sessions.demand();
    if (!keys.has('region')) return null;
    const cache = await openCache(this.parts.cacheDir, keys);
    try {
      return cache.facts();
    } finally {
      cache.close();
    }
  }

  private async learnTime(): Promise<void> {
    const state = await this.parts.store.call('state', {});
    const { checkpoint } = state;
    // Only what the server signed says what time it is, and how far this device has come.
    if (checkpoint === null || (await this.seals.of(state, this.parts.office())) !== 'signed')
      return;
    this.parts.clock.learn(checkpoint.issuedMs);
    await noteReached(this.parts.store, checkpoint);
  }

  private async startIngest(keys: KeyRing): Promise<Ingest> {
    const copies = ingestKeys(keys);
    try {
      return await startIngest(this.parts.startIngest, copies, this.parts.counters);
    } finally {
      zeroIngestKeys(copies);
    }
  }

  private goUp(takesBulk: boolean): void {
    const sent = this.sendOutbox(takesBulk).then(() => this.tellChanged());
    this.uplink = Promise.all([this.uplink, sent]);
  }

  /** Sends what waits, beside what comes down; a refusal of it does not keep data away. Never rejects. */
  private async sendOutbox(takesBulk: boolean): Promise<void> {
    const signal = AbortSignal.timeout(OUTBOX_TIMEOUT_MS);
    const { access } = this;
    // The emergency reader holds no outbox: what waits is sent when the journal opens again.
    if (access === null || this.watch.current !== 'online' || this.parts.isEmergency()) return;
    // Paused, orders alone come over the line.
    if (this.parts.policy().isPaused) return;
    const startedMs = this.setup.timing.nowMs();
    let failure: AppError | null = null;
    try {
      await this.parts.outbox.send(access.line, signal, takesBulk);
    } catch (error) {
      if (signal.aborted || access !== this.access) return;
      failure = this.failureOf(error);
    }
    await this.uplinkEnded(startedMs, failure);
  }

  /** What does not go up is shown among the runs: once, until it goes up again or fails otherwise. */
  private async uplinkEnded(startedMs: number, failure: AppError | null): Promise<void> {
    const before = this.uplinkFailure;
    this.uplinkFailure = failure?.code ?? null;
    const isGone = failure?.code === 'SYNC_UNREACHABLE' && this.watch.current !== 'online';
    if (failure === null || failure.code === before || isGone) return;
    const nothing = { rows: 0, isFirst: false, awaiting: null };
    await this.note(randomUUID(), startedMs, nothing, failure, { isFirst: false, carriedBytes: 0 });
  }

  /** Role, lease and office statements; those that this device holds already are not sent again. */
  private async renewStatements(
    session: OpenSession,
    access: ServerAccess,
    signal: AbortSignal,
  ): Promise<void> {
    const { store } = this.parts;
    const { remote } = access;
    const kept = await store.call('factGet', { name: STATEMENTS_FACT });
    const answer = await remote.statements(signal, tagFor(kept, this.parts.heldStatements()));
    if (access === this.access) this.watch.learn('online');
    if (answer === null || answer.statements.length === 0) return;
    const office = { ...session.office, statements: answer.statements } as OfficeFile;
    await this.parts.saveOffice(office);
    const value = tagStatements(answer.tag, answer.statements);
    await store.call('factSet', { name: STATEMENTS_FACT, value });
  }

  /** A new certificate where the present one ends soon; what fails is tried again with the next run. */
  private async renew(
    session: OpenSession,
    { line }: ServerAccess,
    signal: AbortSignal,
  ): Promise<void> {
    const { parts } = this;
    try {
      const isRenewed = await renewCertificate({
        session,
        office: parts.office(),
        line,
        nowMs: parts.clock.highestMs(),
        signal,
        saveCertificates: (present, next) => parts.saveCertificates(present, next),
      });
      if (!isRenewed || this.access?.line !== line) return;
      this.reconnect(session, line);
      parts.log.info('device certificate renewed');
    } catch (error) {
      parts.log.warn('device certificate not renewed', { detail: String(error) });
    }
  }

  private failureOf(cause: unknown): AppError {
    const error = lineError(cause);
    if (error instanceof AppError) {
      this.parts.log.warn('sync failed', { error: error.code, detail: error.detail ?? '' });
      return error;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.parts.log.error('sync failed by a defect', { detail });
    return new AppError('INTERNAL', {}, detail);
  }

  private async note(
    runId: string,
    startedMs: number,
    { rows, isFirst }: SyncRunResult,
    failure: AppError | null,
    progress: Pick<SyncProgress, 'isFirst' | 'carriedBytes'>,
  ): Promise<void> {
    const outcome =
      failure === null ? 'done' : failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
    await this.parts.store
      .call('syncRunAdd', {
        runId,
        startedMs,
        endedMs: this.setup.timing.nowMs(),
        outcome,
        isFirst: isFirst || progress.isFirst,
        rows,
        bytes: progress.carriedBytes,
        error: outcome === 'failed' ? (failure?.code ?? null) : null,
      })
      .catch(() => undefined);
  }

  private async tellChanged(): Promise<void> {
    if (this.parts.sessions.current === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const status = await this.status().catch(() => null);
    if (status === null) return;
    this.parts.events.emit('sync.changed', status);
    this.parts.onStatus?.(status);
  }
}

/** What a line carries from now on. */
function carriedFrom(line: Line): () => number | undefined {
  const before = line.carriedBytes;
  return () => (before === undefined ? undefined : (line.carriedBytes ?? 0) - before);
}

function connectionAfter(failure: AppError | null, before: Connection): Connection {
  if (failure === null) return 'online';
  return isOfLine(failure.code) ? 'offline' : before;
}
