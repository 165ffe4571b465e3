import { useEffect, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { invoke } from '../../lib/desk';

type Suggestions = RouteOutput<'search.suggest'>;
const PAUSE_MS = 30;

/** Masked suggestions for what is being typed; null while closed or nothing was typed. */
export function useSuggestions(text: string, isOpen: boolean): Suggestions | null {
  const [answer, setAnswer] = useState<Suggestions | null>(null);
  const wanted = isOpen ? text.trim() : '';
  useEffect(() => {
    if (wanted === '') {
      setAnswer(null);
      return;
    }
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      void invoke('search.suggest', { text: wanted.slice(0, 64) }).then((result) => {
        if (isCurrent) setAnswer(result.ok ? result.data : null);
      });
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [wanted]);
  return answer;
}
