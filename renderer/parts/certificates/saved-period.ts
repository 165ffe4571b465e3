import { periodDays } from '../../../shared/domain/saved/moving-period';
import type { Filter } from '../../../shared/ipc/common';
import type { SavedBody } from '../../../shared/ipc/routes/saved';

type SavedSearch = Extract<SavedBody, { kind: 'search' }>;

/** The filter of a saved search on a day: a period that follows the day stands in the place of its days. */
export function filterOn({ filter, period }: SavedSearch, day: number): Filter {
  if (period === undefined) return filter;
  const { first, last } = periodDays(period, day);
  return { ...filter, validToFrom: first, validToUntil: last };
}
