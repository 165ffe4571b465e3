import { AppError } from '../../../../shared/errors/app-error';
import type { LineStatus } from '../../../../shared/ipc/routes/line';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import type { CacheFacts } from './cache/segment-cache';
import { type Connection, ConnectionWatch } from './connection-watch';
import { type Line, type LineSetup, plainSetup } from './line';
import { accessBundle, accessServer, type ServerAccess } from './server-access';
import { carryOut, newRun } from './service/carry-out';
import { LineStanding } from './service/line-standing';
import { lineFactsNow, statusNow } from './service/page-facts';
import { RunNotes } from './service/run-notes';
import { SliceFills } from './service/slice-fills';
import { SliceProofs } from './service/slice-proofs';
import type { RunEnd, RunParts, SyncParts } from './service/sync-parts';
import { Uplink } from './service/uplink';
import type { LinePolicy } from './status';
import { noteStick } from './stick-runs';
import type { Transport } from './transport/transport';

interface Running extends Pick<RunParts, 'runId' | 'progress' | 'takesBulk'> {
  readonly abort: AbortController;
  readonly ended: Promise<RunEnd>;
}

/** Synchronisation of the open session: by request, after unlock, and every few minutes. */
export class SyncService implements SessionListener {
  private access: ServerAccess | null = null;
  private running: Running | null = null;
  private readonly watch: ConnectionWatch;
  private readonly standing: LineStanding;
  private readonly setup: LineSetup;
  private repeating = new AbortController();
  private holds = 0;
  private wasPaused = false;
  private isWholeNext = false;
  private awaiting: SyncStatus['awaiting'] = null;
  private readonly notes: RunNotes;
  private readonly uplink: Uplink;
  private readonly fills: SliceFills;
  private readonly proofs: SliceProofs;

  constructor(private readonly parts: SyncParts) {
    this.setup = parts.line ?? plainSetup();
    const nowMs = () => this.setup.timing.nowMs();
    const tellChanged = () => this.tellChanged();
    this.notes = new RunNotes(parts.store, parts.log, nowMs);
    this.proofs = new SliceProofs(parts);
    this.fills = new SliceFills(parts, this.proofs, nowMs, tellChanged);
    const access = () => this.access;
    const connection = () => this.watch.current;
    this.uplink = new Uplink(parts, { notes: this.notes, nowMs, access, connection, tellChanged });
    this.watch = new ConnectionWatch(
      () => {
        parts.onConnection();
        this.uplink.goUp(!parts.policy().isMetered);
      },
      () => this.running !== null,
      this.setup.timing,
      () => parts.policy().isMetered,
    );
    this.standing = new LineStanding(this.watch);
  }

  async opened(session: OpenSession): Promise<void> {
    // The auditor reads the log and reaches no server.
    if (!session.keys.has('deviceTls')) return;
    this.reach(session);
    this.repeating = new AbortController();
    const { signal } = this.repeating;
    void this.standing.repeat(this.setup.timing, signal, () => this.runDue());
    this.fills.isCut = false;
    this.awaiting = null;
    this.standing.obstacle = null;
    this.uplink.begin();
    this.wasPaused = this.parts.policy().isPaused;
    const isLoading = this.parts.isEmergency();
    if (isLoading || (await this.parts.store.call('state', {})).hasSlice) this.startQuietly();
  }

  private get isShut(): boolean {
    return this.parts.isShut?.() ?? false;
  }

  /** Opens the line to the addresses of now, unless it has to stay shut. */
  private reach(session: OpenSession): void {
    if (this.isShut) return;
    const { endpoints } = this.parts.office();
    this.access = accessServer({ ...session.office, endpoints }, session.keys, this.setup);
    this.watch.start(this.access.line);
  }

  /** An emergency level shut the line, opened it again, or named other addresses. */
  async levelChanged(): Promise<void> {
    const session = this.parts.sessions.current;
    if (session === null || !session.keys.has('deviceTls')) return;
    const { access } = this;
    if (!this.isShut && access !== null) return this.wayChanged();
    if (this.isShut === (access === null)) return;
    if (access === null) {
      this.reach(session);
      this.startQuietly();
    } else {
      await this.cancel();
      this.watch.stop();
      access.line.close();
      this.access = null;
    }
    await this.tellChanged();
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
    await this.uplink.settled();
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

  /**
   * Starts a run or joins the running one; the end comes as an event. `isWhole`: what waits for a person's word comes too,
   * in a run of its own where the running one leaves it.
   */
  start({ isAutomatic = false, isWhole = false } = {}): { readonly runId: string } {
    if (this.holds > 0) throw new AppError('BUSY');
    if (this.isShut) throw new AppError('EMERGENCY_LEVEL', { level: 4 });
    if (!isAutomatic && this.parts.policy().isPaused) this.parts.resume();
    if (this.running !== null) {
      // What a person consented to is no part of a run that began without: it comes next.
      if (isWhole && !this.running.takesBulk) this.isWholeNext = true;
      return { runId: this.running.runId };
    }
    const { access } = this;
    if (access === null) throw new AppError('FORBIDDEN');
    const takesBulk = isWhole || !this.parts.policy().isMetered;
    return { runId: this.begin({ access, isAutomatic, takesBulk }).runId };
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
    const { abort, ...run } = newRun(this.parts, () => this.setup.timing.nowMs(), how);
    const { runId, progress, takesBulk } = run;
    const ended = this.perform(run);
    this.running = { runId, abort, progress, takesBulk, ended };
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
    await this.running?.ended;
    await this.uplink.settled();
  }

  status(): Promise<SyncStatus> {
    return statusNow(this.parts, this.proofs, () => ({
      running: this.running?.progress.current ?? null,
      connection: this.watch.current,
      server: this.access?.line.endpoint ?? null,
      obstacle: this.watch.current === 'online' ? null : this.standing.obstacle,
      awaiting: this.awaiting,
      isCut: this.fills.isCut,
    }));
  }

  /** Recomputes the digest from the stored columns and compares it with the last checkpoint. */
  async verify(): Promise<SyncStatus['proof']> {
    const { store } = this.parts;
    await store.call('verify', { mode: 'quick' });
    await this.tellChanged();
    return this.proofs.proof();
  }

  /** The server's time of the data as pages and documents name it, ms; null: there are none. */
  asOf(): Promise<number | null> {
    return this.proofs.asOf();
  }

  /** Whether what is kept beside the rows proves them. */
  hasProof(): Promise<boolean> {
    return this.proofs.hasProof();
  }

  /** False where names of issuers and training bodies are not what the server signed. */
  areIssuersSound(): Promise<boolean> {
    return this.proofs.areIssuersSound();
  }

  /** False where it is known that where certificates went is not what the server signed. */
  async areMovesSound(): Promise<boolean> {
    return (await this.proofs.moves()) !== 'differ';
  }

  /** What the emergency reader would be filled with here; null where there is none, or without the key to tell. */
  cacheFacts(): Promise<CacheFacts | null> {
    return this.fills.cacheFacts();
  }

  /** A check found rows that differ: a run repairs them, if the server can be reached. */
  repairSoon(): void {
    this.startQuietly();
  }

  /** What the page says of the line beside the status. */
  lineFacts(): Omit<LineStatus, 'settings'> {
    return lineFactsNow(this.parts, this.line);
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

  /** The next run is due. What goes up is not waited for. */
  private async runDue(): Promise<void> {
    if (this.running === null) this.startQuietly();
    await this.running?.ended;
  }

  private startQuietly(isWhole = false): void {
    if (this.holds > 0 || this.isShut || this.parts.policy().isPaused) return;
    try {
      if (this.parts.sessions.demand().keys.has('transportPrivate'))
        this.start({ isAutomatic: !isWhole, isWhole });
    } catch (error) {
      this.parts.log.warn('automatic sync not started', { reason: String(error) });
    }
  }

  /** One run to its end: never rejects. */
  private async perform(run: RunParts): Promise<RunEnd> {
    const { access, runId, progress, isAutomatic } = run;
    const { fills, uplink, notes } = this;
    const isLine = access === this.access;
    const startedMs = this.setup.timing.nowMs();
    const { result, failure } = await carryOut(this.parts, { fills, uplink, notes }, run, isLine, {
      answered: () => {
        if (access === this.access) this.watch.learn('online');
      },
      renewed: () => this.renewed(run),
    });
    if (failure === null) this.awaiting = result.awaiting;
    this.running = null;
    const isWholeNext = this.isWholeNext && failure?.code !== 'CANCELLED';
    this.isWholeNext = false;
    if (isLine) this.standing.ended(failure);
    if (isWholeNext) this.startQuietly(true);
    // A run that only found out what waits for consent is told as that.
    const hasOnlyLooked = failure === null && result.awaiting !== null && result.rows === 0;
    const isWorthNoting = !hasOnlyLooked && !(isAutomatic && failure?.code === 'SYNC_UNREACHABLE');
    if (isWorthNoting) await notes.keep(runId, startedMs, result, failure, progress.current);
    if (isWorthNoting && !isLine) await noteStick(this.parts.store, runId);
    await this.tellChanged();
    this.parts.onRunEnded?.();
    return { failure, rows: result.rows };
  }

  private renewed({ session, access }: RunParts): void {
    if (this.access?.line !== access.line) return;
    this.reconnect(session, access.line);
    this.parts.log.info('device certificate renewed');
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
