import type { BoardState } from '../protocol/board-state';
import type { Filter } from './common';
import { narrowFilter } from './narrow-filter';

/** The question for the board that a board is held against: another day under the same filter, or another region on the same day. */
export function rivalQuestion(
  filter: Filter,
  { day, rival }: BoardState,
): { readonly filter: Filter; readonly day: number } | null {
  if (rival === null) return null;
  if (rival.kind === 'day') return { filter, day: rival.day };
  const { regions: _own, ...rest } = filter;
  return { filter: narrowFilter(rest, { regions: [rival.region] }) ?? rest, day };
}
