import { useCallback, useEffect, useRef, useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { type Failure, invoke } from '../../lib/desk';
import { useMoment } from '../../lib/use-moment';

/** A committed question. */
export interface Question {
  readonly text: string;
  readonly filter: Filter;
  /** What of the text's meanings was chosen; absent: the likeliest that finds something. */
  readonly meaning?: Meaning;
  /** A day before today, where no text is looked for. */
  readonly day?: number;
}
export type Meaning = RouteOutput<'search.query'>['understood'];

const PAGE_ROWS = 100;
type Answer = RouteOutput<'search.query'>;

export interface Rows {
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  /** The first page: counts, how the text was understood, time taken. */
  readonly head: Answer | null;
  readonly failure: Failure | null;
  readonly rowAt: (index: number) => CertificateItem | null;
  /** Loads the pages that a range on screen needs. */
  readonly need: (first: number, last: number) => void;
  readonly reload: () => void;
}

/** The rows of a question, loaded page by page as they come on screen. */
export function useRows(question: Question | null): Rows {
  const moment = useMoment();
  const key = question === null ? null : JSON.stringify(question);
  const [round, setRound] = useState(0);
  const [first, setFirst] = useState<{ readonly of: string; readonly answer: Answer } | null>(null);
  // Rows of another question are no answer to this one, and must not stand under its words.
  const head = first !== null && first.of === key ? first.answer : null;
  const [state, setState] = useState<Rows['state']>('idle');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [, setVersion] = useState(0);
  const pages = useRef(new Map<number, readonly CertificateItem[] | null>());
  const asked = useRef<Question | null>(null);
  const held = useRef<string | null>(null);
  const shown = useRef<readonly [number, number]>([0, 0]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the question by value, `round` and `moment` ask again
  useEffect(() => {
    asked.current = question;
    if (held.current !== key) {
      held.current = null;
      pages.current = new Map();
      shown.current = [0, 0];
      setFirst(null);
    }
    if (question === null || key === null) {
      setState('idle');
      return;
    }
    let isCurrent = true;
    setState('loading');
    setFailure(null);
    void invoke('search.query', { ...question, offset: 0, limit: PAGE_ROWS }).then((answer) => {
      if (!isCurrent) return;
      if (answer.ok) {
        pages.current = new Map([[0, answer.data.items]]);
        held.current = key;
        setFirst({ of: key, answer: answer.data });
        setState('ready');
        // The same rows stay on screen when the same question is asked again.
        const [from, last] = shown.current;
        need(from, Math.min(last, answer.data.total - 1));
      } else {
        // The rows of another question, or of a moment that is over, must not be read as the answer to this one.
        pages.current = new Map();
        held.current = null;
        setFirst(null);
        setFailure(answer.error);
        setState('failed');
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [key, round, moment]);

  const rowAt = useCallback(
    (index: number) =>
      pages.current.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null,
    [],
  );
  const need = useCallback((from: number, last: number) => {
    shown.current = [from, last];
    const present = asked.current;
    // Before the first page is there, nobody knows what there is to ask for.
    if (present === null || held.current === null) return;
    const map = pages.current;
    for (let page = Math.floor(from / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1) {
      if (page === 0 || map.has(page)) continue;
      map.set(page, null);
      void invoke('search.query', { ...present, offset: page * PAGE_ROWS, limit: PAGE_ROWS }).then(
        (answer) => {
          if (pages.current !== map) return;
          if (answer.ok) map.set(page, answer.data.items);
          else map.delete(page);
          setVersion((n) => n + 1);
        },
      );
    }
  }, []);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { state, head, failure, rowAt, need, reload };
}
