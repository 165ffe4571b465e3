import { create } from 'zustand';
import type { Filter } from '../../../shared/ipc/common';

/** What narrows the board, and how it is drawn; kept while a list behind a number is looked at. */
export const useBoards = create<{ readonly filter: Filter; readonly isTable: boolean }>(() => ({
  filter: {},
  isTable: false,
}));

export function clearBoards(): void {
  useBoards.setState({ filter: {}, isTable: false });
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
