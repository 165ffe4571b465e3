import type { SelfCheckRun } from '../../../../shared/ipc/routes/self-check';

/** A day less some hours, so that a check at the start of each working day stays at its start. */
const EVERY_MS = 20 * 3_600_000;

/** Nobody has touched anything for so long, ms: who reads a record is not yet away, who fetched a file is. */
const PAUSE_MS = 30_000;
/** A check that is due does not wait longer for a pause: there are days without one. */
const AT_LATEST_MS = 3_600_000;
/** One that came to nothing, because a backup held the files or a person ended it, is not tried again before. */
const RETRY_MS = 10 * 60_000;

/**
 * Whether a check that is due begins now: it reads every row, and on two processors a board or a search beside it takes half
 * as long again. All ms: `overdueMs` since it was due, `openMs` since the unlock, `awayMs` since somebody last touched the
 * machine, `endedMs` since the last one ended, whatever it came to.
 */
export function isTimeToCheck(times: {
  readonly overdueMs: number;
  readonly openMs: number;
  readonly awayMs: number;
  readonly endedMs: number;
}): boolean {
  const { overdueMs, openMs, awayMs, endedMs } = times;
  if (overdueMs < 0 || endedMs < RETRY_MS) return false;
  return awayMs >= PAUSE_MS || Math.min(overdueMs, openMs, endedMs) >= AT_LATEST_MS;
}

/**
 * When the next self-check is due; what was missed while the machine was off or the desk locked is due at once.
 * A run in which a backup held the files does not count. `nowMs`: highest time seen; `runs`: newest first.
 */
export function nextCheckMs(runs: readonly SelfCheckRun[], nowMs: number): number {
  // A time in the future (a clock that was wrong once) must not stop checks.
  const last = runs.find(
    ({ endedMs, items }) => endedMs <= nowMs && !items.some(({ code }) => code === 'busy'),
  );
  return last === undefined ? nowMs : last.endedMs + EVERY_MS;
}
