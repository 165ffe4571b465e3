import {
  dayFromIso,
  dayInShanghai,
  isoFromDay,
  shanghaiStartMs,
} from '../../../../shared/kernel/day';

/** Rows fetched from the store and handed to the jobs process at a time. */
export const BATCH_ROWS = 1_000;

/** When the calendar month of a moment began in Shanghai, UTC ms. */
export function monthStartMs(nowMs: number): number {
  const day = isoFromDay(dayInShanghai(nowMs));
  return shanghaiStartMs(dayFromIso(`${day.slice(0, 8)}01`));
}
