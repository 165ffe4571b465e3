import type { Filter } from '../../../shared/ipc/common';
import { narrowFilter } from '../../../shared/ipc/narrow-filter';
import { goTo } from '../../lib/navigation';
import { useBoards } from './boards-store';

/** Opens the certificates behind a figure: those of the board that the figure counts, on its day; nothing where it counts none. */
export function openList(filter: Filter, change: Filter): void {
  const { day } = useBoards.getState();
  const narrowed = narrowFilter(filter, change);
  if (narrowed !== null) goTo({ page: 'search', preset: presetOf(narrowed, day) });
}

/** The list of a filter on a board's day; null: today. */
export const presetOf = (filter: Filter, day: number | null) => ({
  text: '',
  filter,
  ...(day === null ? {} : { day }),
});
