import { create } from 'zustand';
import type { Filter } from '../../../shared/ipc/common';
import type { Meaning, Question } from '../../parts/certificates/use-rows';

interface SearchStore {
  /** What stands in the box, committed or not. */
  readonly typed: string;
  /** The committed question; null before the first one. */
  readonly question: Question | null;
  readonly mode: 'quick' | 'detailed';
  readonly active: number;
  /** Granted rows are asked too, and shown beside the office's. */
  readonly withGranted: boolean;
}

const START: SearchStore = {
  typed: '',
  question: null,
  mode: 'quick',
  active: 0,
  withGranted: false,
};

/** The search page's state: survives a look at a record, not a lock. */
export const useSearch = create<SearchStore>(() => START);

/**
 * Asks; the old answer leaves when the new one is there. Another filter keeps the meaning chosen for the same text. `day`:
 * a day before today, for a question without a text.
 */
export function ask(text: string, filter: Filter, day?: number): void {
  const before = useSearch.getState().question;
  const words = text.trim();
  const next = { text: words, filter, ...(day !== undefined && words === '' ? { day } : {}) };
  const isSame = before?.text === next.text && before.meaning !== undefined;
  const question = isSame ? { ...next, meaning: before.meaning } : next;
  useSearch.setState({ typed: text, question, active: 0 });
}

/** Takes the same text for something else. */
export function askAs(meaning: Meaning): void {
  const { question } = useSearch.getState();
  if (question !== null) useSearch.setState({ question: { ...question, meaning }, active: 0 });
}

export function clearSearch(): void {
  useSearch.setState(START);
}
