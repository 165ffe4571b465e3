import { useCallback, useState } from 'react';
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import { type Failure, invoke } from './desk';

export interface Command<R extends RouteName> {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Resolves with the data, or null when it failed (then `failure` tells why). */
  readonly run: (input: RouteInput<R>) => Promise<RouteOutput<R> | null>;
  readonly forget: () => void;
}

/** One act of a page: runs once at a time and keeps its failure until the next try. */
export function useCommand<R extends RouteName>(route: R): Command<R> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = useCallback(
    async (input: RouteInput<R>) => {
      setBusy(true);
      setFailure(null);
      const answer = await invoke(route, input);
      setBusy(false);
      if (answer.ok) return answer.data;
      setFailure(answer.error);
      return null;
    },
    [route],
  );
  const forget = useCallback(() => setFailure(null), []);
  return { isBusy, failure, run, forget };
}
