import { credibleNowMs, RETENTION } from '../../../../shared/domain/policy/retention';
import type { HighestSeen } from '../../../platform/clock';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';

/** Facts of the journal: up to when the last purge reckoned, and when it ended, UTC ms. */
const LAST_FACT = 'retention.last';
const ENDED_FACT = 'retention.ended';
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;
const DAILY_MS = 20 * 3_600_000;
/** Between two steps, so that look-ups are logged without waiting. */
const REST_MS = 50;

export interface RetentionParts {
  readonly store: StoreCaller;
  readonly clock: HighestSeen;
  readonly log: ServiceLog;
}

/**
 * Retention, daily and by itself: what the law lets go of goes. A person who opens the desk only now and
 * then has it done a minute after the unlock.
 */
export class RetentionService implements SessionListener {
  private timer: NodeJS.Timeout | null = null;
  private round = 0;

  constructor(private readonly parts: RetentionParts) {}

  opened(session: OpenSession): void {
    this.round++;
    const { userId } = session.view;
    this.timer = setTimeout(() => this.again(userId), FIRST_AFTER_MS);
    this.timer.unref();
  }

  closing(): void {
    this.round++;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private again(actor: string): void {
    const { round } = this;
    this.runIfDue(actor, () => round === this.round)
      .catch((error: unknown) => {
        this.parts.log.warn('retention not finished', { detail: String(error) });
      })
      .finally(() => {
        if (round !== this.round) return;
        this.timer = setTimeout(() => this.again(actor), EVERY_MS);
        this.timer.unref();
      });
  }

  /** One purge where a day has passed since the last; false when there was nothing to do. */
  async runIfDue(actor: string, mayGoOn: () => boolean = () => true): Promise<boolean> {
    const { store, clock, log } = this.parts;
    const clockMs = clock.highestMs();
    const ended = Number(await store.call('factGet', { name: ENDED_FACT }));
    if (clockMs - ended < DAILY_MS && clockMs >= ended) return false;
    const last = await store.call('factGet', { name: LAST_FACT });
    const { checkpoint } = await store.call('state', {});
    const credible = credibleNowMs({
      clockMs,
      serverMs: checkpoint?.issuedMs ?? null,
      lastMs: last === null ? null : Number(last),
    });
    if (credible === null) return false;
    const { nowMs, isHeld } = credible;
    if (isHeld) log.warn('retention held back: the clock is far ahead of the server', { clockMs });
    const input = {
      actor,
      lookUpsBeforeMs: nowMs - RETENTION.lookUpsMs,
      batchesBeforeMs: nowMs - RETENTION.batchesMs,
    };
    while (mayGoOn()) {
      const { isDone, ...counts } = await store.call('retentionPurge', input);
      if (isDone) {
        await store.call('factSet', { name: LAST_FACT, value: String(nowMs) });
        await store.call('factSet', { name: ENDED_FACT, value: String(nowMs) });
        log.info('retention done', counts);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    return false;
  }
}
