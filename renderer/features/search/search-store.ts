import { create } from 'zustand';
import type { Filter } from '../../../shared/ipc/common';
import type { Question } from '../../parts/certificates/use-rows';

interface SearchStore {
  /** What stands in the box, committed or not. */
  readonly typed: string;
  /** The committed question; null before the first one. */
  readonly question: Question | null;
  readonly mode: 'quick' | 'detailed';
  readonly active: number;
}

const START: SearchStore = { typed: '', question: null, mode: 'quick', active: 0 };

/** The search page's state: survives a look at a record, not a lock. */
export const useSearch = create<SearchStore>(() => START);

/** Asks; the old answer leaves when the new one is there. */
export function ask(text: string, filter: Filter): void {
  useSearch.setState({ typed: text, question: { text: text.trim(), filter }, active: 0 });
}

export function clearSearch(): void {
  useSearch.setState(START);
}
