import { monthDays, monthOf } from '../../lib/format';

/** Last days of the twelve months before a day, newest first. */
export function yearBack(day: number): readonly number[] {
  const { year, month } = monthOf(day);
  return Array.from({ length: 12 }, (_, back) => {
    const months = year * 12 + month - 1 - back;
    return monthDays(Math.floor(months / 12), (months % 12) + 1).first - 1;
  });
}
