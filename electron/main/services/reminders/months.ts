import type { ReminderList } from '../../../../shared/ipc/routes/reminders';
import { isoFromDay } from '../../../../shared/kernel/day';

/** The month of a day, as lists are named. */
export function monthOf(day: number): string {
  return isoFromDay(day).slice(0, 7);
}

const numberOf = (month: string): number =>
  Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;

/**
 * Whether the list of a day's month is still to be made, and how many months before it have none. Lists are newest
 * first. A list of a later month (a clock that was wrong once) stops nothing.
 */
export function dueList(
  lists: readonly ReminderList[],
  day: number,
): { readonly month: string; readonly missed: number } | null {
  const month = monthOf(day);
  if (lists.some((list) => list.month === month)) return null;
  const last = lists.find((list) => list.month < month);
  const missed = last === undefined ? 0 : numberOf(month) - numberOf(last.month) - 1;
  return { month, missed };
}
