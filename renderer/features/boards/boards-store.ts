import { create } from 'zustand';
import type { Filter } from '../../../shared/ipc/common';

/** What the board is held against. */
export type Rival =
  | { readonly kind: 'none' }
  | { readonly kind: 'day'; readonly day: number }
  | { readonly kind: 'region'; readonly region: string };

interface BoardsState {
  readonly filter: Filter;
  readonly isTable: boolean;
  /** A day before today; null: today. */
  readonly day: number | null;
  readonly rival: Rival;
  /** Figures of granted rows are shown beside the office's. */
  readonly withGranted: boolean;
}

const FRESH: BoardsState = {
  ...{ filter: {}, isTable: false, day: null, rival: { kind: 'none' } },
  withGranted: false,
};

/** What narrows the board, and how it is drawn; kept while a list behind a number is looked at. */
export const useBoards = create<BoardsState>(() => FRESH);

export function clearBoards(): void {
  useBoards.setState(FRESH);
}

/** Presses on the same value again take it away. */
export function toggleFilter(change: Filter): void {
  useBoards.setState(({ filter }) => {
    const fields = Object.keys(change) as (keyof Filter)[];
    const isOn = fields.every(
      (field) => JSON.stringify(filter[field]) === JSON.stringify(change[field]),
    );
    if (!isOn) return { filter: { ...filter, ...change } };
    return {
      filter: Object.fromEntries(
        Object.entries(filter).filter(([field]) => !fields.includes(field as keyof Filter)),
      ) as Filter,
    };
  });
}
