import { addMonths, dayOf, yearOf } from '../../../shared/kernel/day';

/** Months of a board's calendar. */
export const MONTHS = 24;
/** A renewal rate is of periods that ended within so many days before the board's. */
export const RENEWAL_WINDOW_DAYS = 365;
/** In place of a month: ended within that window. */
export const ENDED = MONTHS as number;
/** In place of a month: not in the calendar. */
export const NO_MONTH = MONTHS + 1;

/** First days of the 25 months that bound the 24 of the calendar; the first is the month of `day`. */
export function monthStarts(day: number): {
  readonly starts: readonly number[];
  readonly year: number;
  readonly month: number;
} {
  const year = yearOf(day);
  let month = 1;
  while (month < 12 && (dayOf(year, month + 1, 1) ?? 0) <= day) month++;
  const first = dayOf(year, month, 1) ?? day;
  return { starts: Array.from({ length: MONTHS + 1 }, (_, i) => addMonths(first, i)), year, month };
}

/** Month of the calendar by days after the board's day. */
function monthTable(day: number): Uint8Array {
  const { starts } = monthStarts(day);
  const table = new Uint8Array((starts[MONTHS] ?? day) - day);
  let month = 0;
  for (let d = 0; d < table.length; d++) {
    while (day + d >= (starts[month + 1] ?? Number.POSITIVE_INFINITY)) month++;
    table[d] = month;
  }
  return table;
}

/** Tells of dates where they stand in the calendar of a board's day. */
export class Calendar {
  private readonly months: Uint8Array;

  constructor(private readonly day: number) {
    this.months = monthTable(day);
  }

  /** Month in which a period ends, ENDED, or NO_MONTH. */
  endOf(validTo: number): number {
    const left = validTo - this.day;
    if (left >= 0) return left < this.months.length ? (this.months[left] ?? NO_MONTH) : NO_MONTH;
    return left >= -RENEWAL_WINDOW_DAYS ? ENDED : NO_MONTH;
  }

  /** Month in which a review is due, or NO_MONTH. */
  reviewOf(reviewDue: number): number {
    const left = reviewDue - this.day;
    return left >= 0 && left < this.months.length ? (this.months[left] ?? NO_MONTH) : NO_MONTH;
  }
}
