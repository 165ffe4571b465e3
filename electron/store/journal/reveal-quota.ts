import type { RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import type { ReadableDb } from '../database';
import { raw, sql } from '../sql/tag';
import { intOf } from '../sql/values';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** How the query log keeps each kind of reveal: its rows, and what of a row tells one from another. */
const COUNTED: Readonly<
  Record<keyof RevealLimits, { readonly rows: string; readonly of: 'subject' | 'tag' }>
> = {
  values: { rows: "kind = 'reveal' and subject is not null", of: 'subject' },
  fragments: { rows: "kind = 'reveal' and tag is not null", of: 'tag' },
  numbers: { rows: "kind = 'query' and tag is not null", of: 'tag' },
  batch: { rows: "kind = 'reveal-batch' and subject is not null", of: 'subject' },
};

/** The limit that would be passed, and in how many minutes the oldest counted reveal is an hour old. */
export interface Overdrawn {
  readonly limit: number;
  readonly minutes: number;
}

/**
 * Whether showing `wanted` (certificates or tags of typed digits) passes the person's limit for an hour;
 * null when not. What was shown within the hour already tells nothing new and is not counted again. Rows
 * from the future count too: a clock set back makes no room.
 */
export function overdrawn(
  db: ReadableDb,
  what: keyof RevealLimits,
  asked: { readonly userId: string; readonly atMs: number; readonly limit: number },
  wanted: readonly number[],
): Overdrawn | null {
  const { rows, of } = COUNTED[what];
  const { userId, atMs, limit } = asked;
  const shown = db.all(
    sql`select ${raw(of)}, min(atMs) from query_log indexed by query_log_at
        where atMs > ${atMs - HOUR_MS} and userId = ${userId} and ${raw(rows)} group by ${raw(of)}`,
  );
  const known = new Set(shown.map((row) => intOf(row[0])));
  for (const one of wanted) known.add(one);
  const isNew = known.size > shown.length;
  if (!isNew || known.size <= limit) return null;
  const oldestMs = Math.min(atMs, ...shown.map((row) => intOf(row[1])));
  return { limit, minutes: Math.max(1, Math.ceil((oldestMs + HOUR_MS - atMs) / MINUTE_MS)) };
}
