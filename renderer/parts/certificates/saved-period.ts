import type { Filter } from '../../../shared/ipc/common';
import type { SavedBody } from '../../../shared/ipc/routes/saved';
import { monthDays, monthOf } from '../../lib/format';

type SavedSearch = Extract<SavedBody, { kind: 'search' }>;

/** The filter of a saved search on a day: a period that follows the day stands in the place of its days. */
export function filterOn({ filter, period }: SavedSearch, day: number): Filter {
  switch (period) {
    case undefined:
      return filter;
    case 'this-month': {
      const { year, month } = monthOf(day);
      const { first, last } = monthDays(year, month);
      return { ...filter, validToFrom: first, validToUntil: last };
    }
    case 'next-30':
      return { ...filter, validToFrom: day, validToUntil: day + 30 };
    case 'next-90':
      return { ...filter, validToFrom: day, validToUntil: day + 90 };
  }
}
