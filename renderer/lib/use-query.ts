import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import { type Failure, invoke } from './desk';

export interface Query<T, I = unknown> {
  /** idle: nothing asked. loading with data: the former answer stays until the new one is there. */
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  readonly data: T | null;
  /** The question that `data` answers: the former one while the new one is under way. */
  readonly answered: I | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

/**
 * Asks a query route whenever its input changes by value; `null` asks nothing. Late answers to a
 * former question are dropped. Another `moment` (useMoment) asks the same again.
 */
export function useQuery<R extends RouteName>(
  route: R,
  input: RouteInput<R> | null,
  moment = '',
): Query<RouteOutput<R>, RouteInput<R>> {
  const key = input === null ? null : JSON.stringify(input);
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{
    state: Query<never>['state'];
    data: RouteOutput<R> | null;
    answered: RouteInput<R> | null;
    failure: Failure | null;
  }>({
    state: key === null ? 'idle' : 'loading',
    data: null,
    answered: null,
    failure: null,
  });
  const latest = useRef(input);
  latest.current = input;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the input by value, `round` and `moment` ask again
  useEffect(() => {
    const asked = latest.current;
    if (key === null || asked === null) {
      setAnswer({ state: 'idle', data: null, answered: null, failure: null });
      return;
    }
    let isCurrent = true;
    setAnswer((before) => ({ ...before, state: 'loading', failure: null }));
    void invoke(route, asked).then((result) => {
      if (!isCurrent) return;
      if (result.ok)
        setAnswer({ state: 'ready', data: result.data, answered: asked, failure: null });
      else setAnswer((before) => ({ ...before, state: 'failed', failure: result.error }));
    });
    return () => {
      isCurrent = false;
    };
  }, [route, key, round, moment]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return useMemo(() => ({ ...answer, reload }), [answer, reload]);
}
