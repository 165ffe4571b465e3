import type { Day } from '../domain/model';
import { err, ok, type Result } from './result';

export type { Day } from '../domain/model';

const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
/** 0001-01-01 and 9999-12-31: what a four-digit ISO date can say. */
const MIN_DAY = -719_162;
const MAX_DAY = 2_932_896;

export type DayFault = 'format' | 'no-such-day';

/** True for a whole day number that has a four-digit ISO date. */
export function isDay(value: unknown): value is Day {
  return Number.isInteger(value) && Number(value) >= MIN_DAY && Number(value) <= MAX_DAY;
}

/** Day of a proleptic Gregorian date, or undefined when there is no such day. */
export function dayOf(year: number, month: number, date: number): Day | undefined {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, date);
  const isSame =
    at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date;
  const day = at.getTime() / DAY_MS;
  return isSame && isDay(day) ? day : undefined;
}

/** Day of a strict ISO 8601 calendar date, `YYYY-MM-DD`. */
export function parseIsoDay(text: string): Result<Day, DayFault> {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return err('format');
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return day === undefined ? err('no-such-day') : ok(day);
}

/** As parseIsoDay, for dates already known to be sound (own data); throws RangeError otherwise. */
export function dayFromIso(text: string): Day {
  const parsed = parseIsoDay(text);
  if (!parsed.ok) throw new RangeError(`not a calendar day (${parsed.error})`);
  return parsed.value;
}

/** `YYYY-MM-DD`; throws RangeError outside years 1 to 9999. */
export function isoFromDay(day: Day): string {
  if (!isDay(day)) throw new RangeError('not a day');
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The calendar day in Asia/Shanghai at a moment (ms UTC). A fixed +08:00: the zone has had no
 * summer time since 1991, and no moment that we record is older.
 */
export function dayInShanghai(timeMs: number): Day {
  return Math.floor((timeMs + SHANGHAI_OFFSET_MS) / DAY_MS);
}

/** The moment (ms UTC) at which a day begins in Asia/Shanghai. */
export function shanghaiStartMs(day: Day): number {
  return day * DAY_MS - SHANGHAI_OFFSET_MS;
}

export function addDays(day: Day, days: number): Day {
  return day + days;
}

/** Calendar months later; a date that the month lacks becomes its last (31 Jan + 1 = 28/29 Feb). */
export function addMonths(day: Day, months: number): Day {
  const at = new Date(day * DAY_MS);
  const date = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const first = at.getTime() / DAY_MS;
  at.setUTCMonth(at.getUTCMonth() + 1);
  return Math.min(first + date - 1, at.getTime() / DAY_MS - 1);
}

/** Calendar years later; 29 February becomes 28 February where the year has none. */
export function addYears(day: Day, years: number): Day {
  return addMonths(day, 12 * years);
}

/** Gregorian year of a day. */
export function yearOf(day: Day): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}
