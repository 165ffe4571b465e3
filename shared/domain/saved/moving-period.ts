import { addDays, addMonths, type Day, dayOf, isoFromDay, yearOf } from '../../kernel/day';

/** Days of validity that follow the day on which a search is asked. */
export const MOVING_PERIODS = ['this-month', 'next-30', 'next-90'] as const;
export type MovingPeriod = (typeof MOVING_PERIODS)[number];

/** First and last day of the period on a day, both inclusive. */
export function periodDays(
  period: MovingPeriod,
  day: Day,
): { readonly first: Day; readonly last: Day } {
  if (period === 'this-month') {
    const first = dayOf(yearOf(day), Number(isoFromDay(day).slice(5, 7)), 1) ?? day;
    return { first, last: addDays(addMonths(first, 1), -1) };
  }
  return { first: day, last: addDays(day, period === 'next-30' ? 30 : 90) };
}
