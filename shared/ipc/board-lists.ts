import { dayOf } from '../kernel/day';
import type { Filter } from './common';

/** Statuses of certificates that may be used on the day. */
const IN_FORCE: NonNullable<Filter['statuses']> = ['valid', 'expiring', 'review-due'];
/** Statuses that a certificate which the issuer did not end can have up to its last day. */
const RUNNING: NonNullable<Filter['statuses']> = [
  ...IN_FORCE,
  'review-overdue',
  'not-yet-valid',
  'under-verification',
];
const RENEWAL_WINDOW_DAYS = 365;
const ALL_INDUSTRIES = Array.from({ length: 97 }, (_, i) => i + 1);

/**
 * What narrows the board's filter to the certificates behind a figure: `narrowFilter(filter, change)` lists
 * exactly as many as the figure says. `day` is the board's day.
 */
export const boardLists = {
  /** In force, something to be done within n days. */
  within: (day: number, days: number): Filter => ({
    statuses: [...IN_FORCE],
    dueFrom: day,
    dueUntil: day + days,
  }),
  /** What was to be done within n days of a day that is past and still is: in force, or lapsed since. */
  stillWithin: (day: number, days: number): Filter => ({
    statuses: [...IN_FORCE, 'expired', 'review-overdue'],
    dueFrom: day,
    dueUntil: day + days,
  }),
  /** Certificates that the issuer did not end and whose period ends within n days. */
  ending: (day: number, days: number): Filter => ({
    statuses: [...RUNNING],
    validToFrom: day,
    validToUntil: day + days,
  }),
  /** Certificates that may be used on the day. */
  inForce: (): Filter => ({ statuses: [...IN_FORCE] }),
  expired: (): Filter => ({ statuses: ['expired'] }),
  /** A bar of the calendar; the month of the day itself begins on the day. */
  expiring: (day: number, year: number, month: number): Filter => {
    const [first, last] = monthOf(year, month);
    return { statuses: [...RUNNING], validToFrom: Math.max(first, day), validToUntil: last };
  },
  reviews: (day: number, year: number, month: number): Filter => {
    const [first, last] = monthOf(year, month);
    return { reviewFrom: Math.max(first, day), reviewUntil: last };
  },
  /** Periods that ended within the last year and were not renewed: ended less renewed. */
  lapsed: (day: number): Filter => ({
    statuses: ['expired', 'review-overdue'],
    validToFrom: day - RENEWAL_WINDOW_DAYS,
    validToUntil: day - 1,
  }),
  /** A cell of the heat map; column 0 is every industry that has no column of its own. */
  cell: (region: string, industry: number, columns: readonly number[]): Filter => ({
    regions: [region],
    industries:
      industry === 0 ? ALL_INDUSTRIES.filter((one) => !columns.includes(one)) : [industry],
  }),
} as const;

function monthOf(year: number, month: number): readonly [first: number, last: number] {
  const first = dayOf(year, month, 1) ?? 0;
  const next = (month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1)) ?? 0;
  return [first, next - 1];
}
