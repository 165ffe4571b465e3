import type { SelfCheckRun } from '../../../../shared/ipc/routes/self-check';

/** A day less some hours, so that a check at the start of each working day stays at its start. */
const EVERY_MS = 20 * 3_600_000;

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
