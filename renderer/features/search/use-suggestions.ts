import { useEffect, useRef, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { invoke } from '../../lib/desk';
import { latestOnly } from './latest-only';

type Suggestions = RouteOutput<'search.suggest'>;

/** Masked suggestions for what is being typed; null while closed or nothing was typed. */
export function useSuggestions(text: string, isOpen: boolean): Suggestions | null {
  const [answer, setAnswer] = useState<Suggestions | null>(null);
  const wanted = isOpen ? text.trim() : '';
  const present = useRef('');
  present.current = wanted;
  // Asked at once, without waiting for a pause: a text typed meanwhile takes the place of the one that waits.
  const [ask] = useState(() =>
    latestOnly(async (asked: string) => {
      const result = await invoke('search.suggest', { text: asked.slice(0, 64) });
      if (present.current === asked) setAnswer(result.ok ? result.data : null);
    }),
  );
  useEffect(() => {
    if (wanted === '') setAnswer(null);
    else ask(wanted);
  }, [wanted, ask]);
  return answer;
}
