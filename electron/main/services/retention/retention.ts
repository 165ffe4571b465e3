import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import type { RetentionStatus } from '../../../../shared/ipc/routes/retention';
import type { HighestSeen } from '../../../platform/clock';
import type { PurgeCounts } from '../../../store/retention-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, ServiceLog } from '../ports';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { credibleCuts, rememberReach } from './credible';

/** Fact of the journal: when the last purge ended, as it reckoned time, UTC ms. */
const ENDED_FACT = 'retention.ended';
/** Fact that the store's last step leaves: what the purge took away. */
const REMOVED_FACT = 'retention.removed';
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;
const DAILY_MS = 20 * 3_600_000;
/** Between two steps, so that look-ups are logged without waiting. */
const REST_MS = 50;
/** Pages are told of every so many steps. */
const TOLD_STEPS = 8;

const NONE: PurgeCounts = { lookUps: 0, payloads: 0, batches: 0, reports: 0, visits: 0 };

const RemovedSchema = z.object({
  atMs: z.number(),
  lookUps: z.number(),
  payloads: z.number(),
  batches: z.number(),
  // Purges of former versions did not count them.
  reports: z.number().default(0),
  visits: z.number().default(0),
});

export interface RetentionParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly clock: HighestSeen;
  readonly log: ServiceLog;
  isEmergency(): boolean;
  /** The server's time of the data as it was signed, ms; null: nothing signed tells it. */
  readonly asOf: () => Promise<number | null>;
  /** Destroys what lies elsewhere with look-ups that are all older than that. */
  purgeFormer(lookUpsBeforeMs: number): Promise<number>;
}

interface Running {
  counts: PurgeCounts;
  readonly ended: Promise<void>;
}

/**
 * Retention, daily and by itself: what the law lets go of goes. A person who opens the desk only now and
 * then has it done a minute after the unlock. Sessions that hold no key to certificate data leave it to those that do.
 */
export class RetentionService implements SessionListener {
  private timer: NodeJS.Timeout | null = null;
  private round = 0;
  private running: Running | null = null;

  constructor(private readonly parts: RetentionParts) {}

  opened(session: OpenSession): void {
    this.round++;
    if (this.parts.isEmergency() || !mayPurge(session)) return;
    this.lookAgainIn(FIRST_AFTER_MS);
  }

  /** What runs ends with its present step, which is whole or not at all. */
  closing(): void {
    this.round++;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** What was purged, what would be, and what holds it back. */
  async status(): Promise<RetentionStatus> {
    const { store, sessions, clock, isEmergency, asOf } = this.parts;
    const session = sessions.demand();
    const clockMs = clock.highestMs();
    const removed = await store.call('factGet', { name: REMOVED_FACT });
    const last = removed === null ? null : lastOf(removed);
    const ended = Number(await store.call('factGet', { name: ENDED_FACT }));
    const common = {
      last,
      nextMs: ended === 0 ? clockMs : ended + DAILY_MS,
      running: this.running?.counts ?? null,
    };
    const stopped = (held: NonNullable<RetentionStatus['held']>): RetentionStatus => ({
      ...common,
      held,
      next: null,
      mayRun: false,
    });
    if (isEmergency()) return stopped('emergency');
    if (!mayPurge(session)) return stopped('role');
    const reach = await credibleCuts(store, clockMs, await asOf());
    if (reach === null) return stopped('no-time');
    const counts = await store.call('retentionPreview', reach.cuts);
    return {
      ...common,
      held: reach.isHeld ? 'clock-ahead' : null,
      next: { ...reach.cuts, ...counts },
      mayRun: session.view.role === 'head',
    };
  }

  /** Starts a purge at a person's request. Throws BUSY, FORBIDDEN, LOCKED or EMERGENCY_READ_ONLY. */
  start(): void {
    const { sessions, isEmergency, log } = this.parts;
    const session = sessions.demand();
    if (isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
    if (!mayPurge(session)) throw new AppError('FORBIDDEN');
    if (this.running !== null) throw new AppError('BUSY');
    this.purge(session.view.userId).catch((error: unknown) => {
      log.warn('retention not finished', { detail: String(error) });
    });
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    await this.running?.ended;
  }

  /** One purge where a day has passed since the last; false when there was nothing to do, or it was broken off. */
  async runIfDue(): Promise<boolean> {
    const { store, clock, sessions } = this.parts;
    const { current } = sessions;
    if (current === null || this.running !== null || !mayPurge(current)) return false;
    const clockMs = clock.highestMs();
    const ended = Number(await store.call('factGet', { name: ENDED_FACT }));
    if (clockMs - ended < DAILY_MS && clockMs >= ended) return false;
    return this.purge(current.view.userId);
  }

  private async purge(actor: string): Promise<boolean> {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.running = { counts: { ...NONE }, ended };
    try {
      return await this.steps(actor);
    } finally {
      this.running = null;
      end();
      void this.tell();
    }
  }

  private async steps(actor: string): Promise<boolean> {
    const { store, clock, log, asOf } = this.parts;
    const { round } = this;
    const clockMs = clock.highestMs();
    const reach = await credibleCuts(store, clockMs, await asOf());
    if (reach === null) return false;
    const { nowMs, isHeld, cuts } = reach;
    if (isHeld) log.warn('retention held back: the clock is far ahead of the server', { clockMs });
    for (let step = 0; round === this.round; step++) {
      const { isDone, ...counts } = await store.call('retentionPurge', { ...cuts, actor });
      if (this.running !== null) this.running.counts = counts;
      if (isDone) {
        // A folder that cannot be removed now is tried again by the next purge.
        await this.parts.purgeFormer(cuts.lookUpsBeforeMs).catch((error: unknown) => {
          log.warn('offices put aside not purged', { detail: String(error) });
        });
        await rememberReach(store, nowMs);
        await store.call('factSet', { name: ENDED_FACT, value: String(nowMs) });
        log.info('retention done', counts);
        return true;
      }
      if (step % TOLD_STEPS === 0) void this.tell();
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    return false;
  }

  private lookAgainIn(ms: number): void {
    const { round } = this;
    this.timer = setTimeout(() => {
      this.runIfDue()
        .catch((error: unknown) => {
          this.parts.log.warn('retention not finished', { detail: String(error) });
        })
        .finally(() => {
          if (round === this.round) this.lookAgainIn(EVERY_MS);
        });
    }, ms);
    this.timer.unref();
  }

  private async tell(): Promise<void> {
    if (this.parts.sessions.view === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const status = await this.status().catch(() => null);
    if (status !== null) this.parts.events.emit('retention.changed', status);
  }
}

/** The three administrators may not end what they cannot read. */
function mayPurge(session: OpenSession): boolean {
  return session.keys.has('slice');
}

/** Nothing where the text does not parse: a restored journal of another version. */
function lastOf(text: string): RetentionStatus['last'] {
  const parsed = RemovedSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
