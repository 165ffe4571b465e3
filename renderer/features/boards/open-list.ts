import type { Filter } from '../../../shared/ipc/common';
import { narrowFilter } from '../../../shared/ipc/narrow-filter';
import { goTo } from '../../lib/navigation';
import { useBoards } from './boards-store';

/**
 * Opens the certificates behind a figure: those of the board that the figure counts, nothing where it counts none.
 * Lists are of today: a board of a past day opens none.
 */
export function openList(filter: Filter, change: Filter): void {
  if (useBoards.getState().day !== null) return;
  const narrowed = narrowFilter(filter, change);
  if (narrowed !== null) goTo({ page: 'search', preset: { text: '', filter: narrowed } });
}
