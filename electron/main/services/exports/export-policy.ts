import {
  dayFromIso,
  dayInShanghai,
  isoFromDay,
  shanghaiStartMs,
} from '../../../../shared/kernel/day';

/** What may leave the office; a policy pack replaces these with its own capability. */
export const EXPORT_POLICY = {
  /** Certificates of one package. */
  maxRows: 100_000,
  /** Certificates a month and office. */
  monthQuota: 1_000_000,
  /** Rows fetched from the store and handed to the jobs process at a time. */
  batchRows: 1_000,
} as const;

/** When the calendar month of a moment began in Shanghai, UTC ms. */
export function monthStartMs(nowMs: number): number {
  const day = isoFromDay(dayInShanghai(nowMs));
  return shanghaiStartMs(dayFromIso(`${day.slice(0, 8)}01`));
}
