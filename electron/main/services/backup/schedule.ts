import type { BackupFacts } from './backup-facts';

const DAY_MS = 86_400_000;
/** A day less an hour, so that a backup at the start of each working day stays at its start. */
const EVERY_MS = 23 * 3_600_000;
const FULL_EVERY_MS = 7 * DAY_MS - 3_600_000;
/** After this many days without a good backup the desk says so. */
export const STALE_DAYS = 3;

export interface Due {
  readonly nextMs: number | null;
  readonly kind: 'full' | 'incremental';
  readonly isStale: boolean;
}

/** Whether the last copy that nobody could open is younger than a day; one of the future is none. */
export function isSpared(uncheckedMs: number | null, nowMs: number): boolean {
  return uncheckedMs !== null && uncheckedMs <= nowMs && nowMs - uncheckedMs < EVERY_MS;
}

/**
 * When the next backup is due and of which kind, from what the journal remembers; whatever was missed while the
 * machine was off is due at once. `nowMs`: highest time seen. Null without a place.
 */
export function dueOf(facts: BackupFacts, nowMs: number): Due {
  const { place, lastMs, lastFullMs, sinceMs } = facts;
  // A time in the future (a clock that was wrong once) must not stop backups.
  const lastFull = lastFullMs !== null && lastFullMs <= nowMs ? lastFullMs : null;
  const isFullDue = lastFull === null || nowMs - lastFull >= FULL_EVERY_MS;
  const kind = isFullDue ? 'full' : 'incremental';
  if (place === null) return { nextMs: null, kind, isStale: false };
  const last = lastMs !== null && lastMs <= nowMs ? lastMs : null;
  const nextMs = last === null ? nowMs : last + EVERY_MS;
  const reference = last ?? sinceMs ?? nowMs;
  return { nextMs, kind, isStale: nowMs - reference > STALE_DAYS * DAY_MS };
}
