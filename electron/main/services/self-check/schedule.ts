import type { SelfCheckRun } from '../../../../shared/ipc/routes/self-check';

/** A day less some hours, so that a check at the start of each working day stays at its start. */
const EVERY_MS = 20 * 3_600_000;

/** Nobody has touched anything for so long, ms: who reads a record is not yet away, who fetched a file is. */
const PAUSE_MS = 30_000;
/** A check that is due does not wait longer for a pause: there are days without one. */
const AT_LATEST_MS = 3_600_000;

/**
 * Whether a check that is due begins now: it reads every row, and on two processors a board or a search beside it takes half
 * as long again. `openedMs`: when the desk was unlocked, with `nowMs` of one clock; `awayMs`: since somebody last touched
 * the machine.
 */
export function isTimeToCheck(times: {
  readonly dueMs: number;
  readonly openedMs: number;
  readonly nowMs: number;
  readonly awayMs: number;
}): boolean {
  const { dueMs, openedMs, nowMs, awayMs } = times;
  if (dueMs > nowMs) return false;
  return awayMs >= PAUSE_MS || nowMs - Math.max(dueMs, openedMs) >= AT_LATEST_MS;
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
