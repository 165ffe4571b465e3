import { useCallback, useRef, useState } from 'react';
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import { type Failure, invoke } from './desk';

export interface Command<R extends RouteName> {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Resolves with the data, or null when it failed (then `failure` tells why). */
  readonly run: (input: RouteInput<R>) => Promise<RouteOutput<R> | null>;
  readonly forget: () => void;
}

/**
 * One act of a page; its failure is kept until the next try. Nothing stops a second run beside the first where the page
 * does not (a scanner waits for no button): it is busy until the last of them is over, and whose answer counts is the
 * page's to say (useTurns).
 */
export function useCommand<R extends RouteName>(route: R): Command<R> {
  const [isBusy, setBusy] = useState(false);
  const running = useRef(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = useCallback(
    async (input: RouteInput<R>) => {
      running.current += 1;
      setBusy(true);
      setFailure(null);
      const answer = await invoke(route, input);
      running.current -= 1;
      setBusy(running.current > 0);
      if (answer.ok) return answer.data;
      setFailure(answer.error);
      return null;
    },
    [route],
  );
  const forget = useCallback(() => setFailure(null), []);
  return { isBusy, failure, run, forget };
}
