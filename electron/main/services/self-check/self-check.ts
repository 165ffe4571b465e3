import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import type {
  CheckItem,
  CheckItemName,
  SelfCheckProgress,
  SelfCheckRun,
  SelfCheckStatus,
} from '../../../../shared/ipc/routes/self-check';
import type { HighestSeen } from '../../../platform/clock';
import type { PagesReport } from '../../../store/check/calls';
import type { StoreCaller } from '../../clients/store-client';
import { readFacts } from '../backup/backup-facts';
import type { DeepCheckService } from '../deep-check/deep-check';
import type { EventSink, ServiceLog } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { readRuns, recordRun } from './runs';
import { isTimeToCheck, nextCheckMs } from './schedule';
import { checkAudit, checkDeep, checkDigest, fileItems } from './store-checks';
import {
  checkBackup,
  checkCertificates,
  checkClock,
  checkDisk,
  checkRules,
  checkStatements,
} from './surroundings-checks';

/** The first look after an unlock leaves the desk time to become usable. */
const FIRST_LOOK_MS = 20_000;
/** A pause in somebody's work is not missed. */
const LOOK_EVERY_MS = 10_000;

export interface SelfCheckParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly deepCheck: Pick<DeepCheckService, 'slice' | 'cancel'>;
  readonly officeDir: string;
  /** Name and version of this program. */
  readonly program: string;
  /** Since somebody last touched the machine, ms. */
  awayMs(): number;
  isEmergency(): boolean;
  /** What the device knows of its office now. */
  office(): OfficeFile;
  /** Reads the shipped rules from the disk. Throws where they are refused. */
  readRulePack(): RulePack;
}

interface Running {
  progress: SelfCheckProgress;
  isCancelled: boolean;
  readonly ended: Promise<void>;
}

/** The self-check of the open session: daily, made up for after an unlock, and by request. */
export class SelfCheckService implements SessionListener {
  private running: Running | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** When the desk was unlocked and when a run last ended, by a clock that nobody sets. */
  private openedAt = 0;
  private endedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: SelfCheckParts) {
    // The walk runs in the backup's thread and never beside a backup, so these are its own while it runs.
    parts.store.onEvent((event) => {
      if (event.event !== 'backup-progressed' || this.running?.progress.item !== 'pages') return;
      if (event.phase !== 'checking') return;
      this.tell({ item: 'pages', doneBytes: event.doneBytes, totalBytes: event.totalBytes });
    });
  }

  opened(): void {
    this.openedAt = performance.now();
    if (!this.parts.isEmergency()) this.lookAgainIn(FIRST_LOOK_MS);
  }

  async closing(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.cancel();
  }

  async status(): Promise<SelfCheckStatus> {
    const { store, clock } = this.parts;
    const runs = await readRuns(store);
    return {
      runs: [...runs],
      nextMs: nextCheckMs(runs, clock.highestMs()),
      running: this.running?.progress ?? null,
    };
  }

  /** Starts a run; its end comes as an event. Throws BUSY, LOCKED or EMERGENCY_READ_ONLY. */
  start(by: SelfCheckRun['by'] = 'person'): void {
    if (this.parts.isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
    if (this.running !== null) throw new AppError('BUSY');
    const session = this.parts.sessions.demand();
    const ended = this.perform(session, by)
      .catch((cause: unknown) => {
        const isCancelled = cause instanceof AppError && cause.code === 'CANCELLED';
        if (!isCancelled) this.parts.log.warn('self-check not ended', { reason: String(cause) });
      })
      .finally(async () => {
        this.running = null;
        this.endedAt = performance.now();
        await this.tellChanged();
      });
    const progress: SelfCheckProgress = { item: 'pages', doneBytes: 0, totalBytes: 0 };
    this.running = { progress, isCancelled: false, ended };
    this.parts.events.emit('self-check.progressed', progress);
  }

  /** Ends what runs and waits for it. */
  async cancel(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    running.isCancelled = true;
    // Only the walk listens; a backup that runs beside another item is left alone.
    if (running.progress.item === 'pages')
      await this.parts.store.call('backupCancel', {}).catch(() => undefined);
    if (running.progress.item === 'deep') await this.parts.deepCheck.cancel();
    await running.ended;
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    await this.running?.ended;
  }

  private async perform(session: OpenSession, by: SelfCheckRun['by']): Promise<void> {
    const { store, clock, log, officeDir, program } = this.parts;
    // What is running is known only after this turn.
    await Promise.resolve();
    const atMs = clock.highestMs();
    const report = await this.walk();
    const items: CheckItem[] = [...fileItems(report, program)];
    const checks: readonly [CheckItemName, () => CheckItem | Promise<CheckItem>][] = [
      ['digest', () => checkDigest(store, report)],
      ['deep', () => checkDeep(this.parts.deepCheck, report)],
      ['audit', () => checkAudit(store, report)],
      ['clock', () => checkClock(clock)],
      ['certificates', () => checkCertificates(this.parts.office(), clock.highestMs())],
      [
        'statements',
        () => checkStatements(this.parts.office(), session.view.badge, clock.highestMs()),
      ],
      ['rules', () => checkRules(() => this.parts.readRulePack())],
      ['disk', () => checkDisk(officeDir)],
      ['backup', async () => checkBackup(await readFacts(store), clock.highestMs())],
    ];
    for (const [name, check] of checks) {
      this.demandRunning();
      this.tell({ item: name, doneBytes: 0, totalBytes: 0 });
      items.push(await this.guarded(name, check));
    }
    this.demandRunning();
    const run = { atMs, endedMs: clock.highestMs(), by, items };
    await recordRun(store, run, session.view.userId);
    const found = items.filter(({ state }) => state === 'bad').map(({ name }) => name);
    log.info('self-check done', { bad: found.join(' '), tookMs: run.endedMs - atMs });
  }

  /** Null where a backup or a change of keys holds the files. */
  private async walk(): Promise<PagesReport | null> {
    const { store, officeDir } = this.parts;
    try {
      return await store.call('checkPages', { officeDir });
    } catch (error) {
      this.demandRunning();
      const isHeld =
        error instanceof AppError && (error.code === 'BUSY' || error.code === 'CANCELLED');
      if (isHeld) return null;
      throw error;
    }
  }

  /** A check that cannot be made is a finding of its own; the others go on. */
  private async guarded(
    name: CheckItemName,
    check: () => CheckItem | Promise<CheckItem>,
  ): Promise<CheckItem> {
    try {
      return await check();
    } catch (error) {
      this.demandRunning();
      this.parts.log.warn('self-check item failed', { item: name, reason: String(error) });
      return { name, state: 'bad', code: 'failed', params: {} };
    }
  }

  private demandRunning(): void {
    if (this.running === null || this.running.isCancelled) throw new AppError('CANCELLED');
  }

  private tell(progress: SelfCheckProgress): void {
    if (this.running === null) return;
    this.running.progress = progress;
    this.parts.events.emit('self-check.progressed', progress);
  }

  private lookAgainIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.lookAgainIn(LOOK_EVERY_MS);
      void this.startWhenDue().catch((error: unknown) => {
        this.parts.log.warn('self-check not started', { reason: String(error) });
      });
    }, ms);
    this.timer.unref();
  }

  private async startWhenDue(): Promise<void> {
    if (this.running !== null) return;
    const { store, clock } = this.parts;
    const times = {
      openMs: performance.now() - this.openedAt,
      endedMs: performance.now() - this.endedAt,
      awayMs: this.parts.awayMs(),
    };
    // The journal is asked only where it matters.
    if (!isTimeToCheck({ ...times, overdueMs: Number.POSITIVE_INFINITY })) return;
    const runs = await readRuns(store);
    const nowMs = clock.highestMs();
    const overdueMs = nowMs - nextCheckMs(runs, nowMs);
    if (this.running === null && isTimeToCheck({ ...times, overdueMs })) this.start('schedule');
  }

  private async tellChanged(): Promise<void> {
    if (this.parts.sessions.current === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const status = await this.status().catch(() => null);
    if (status !== null) this.parts.events.emit('self-check.changed', status);
  }
}
