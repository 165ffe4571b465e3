import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import { again, answerTo, begun, type Held } from './answers';
import { type Failure, invoke } from './desk';

export interface Query<T, I = unknown> {
  /**
   * idle: nothing asked. loading with data: the same question is asked again, and its former answer stays until the new one
   * is there. To another question there is no answer yet: old figures must not stand under new headings.
   */
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  readonly data: T | null;
  readonly failure: Failure | null;
  /** While another question loads: what the one before it was answered. For the frame of a page; none of it is to be read. */
  readonly former: { readonly data: T; readonly input: I } | null;
  readonly reload: () => void;
}

/**
 * Asks a query route whenever its input changes by value; `null` asks nothing. Answers to a former question are dropped,
 * late ones and those that are there. Another `moment` (useMoment) asks the same again, after the answer that is under way:
 * whoever waits for it, at a press beside a synchronisation, does not wait for both. `isWhole`: an answer is drawn in one
 * go with what follows from it in effects, as charts do, which would otherwise stand a frame longer as they were.
 */
export function useQuery<R extends RouteName>(
  route: R,
  input: RouteInput<R> | null,
  moment = '',
  isWhole = false,
): Query<RouteOutput<R>, RouteInput<R>> {
  const key = input === null ? null : `${route} ${JSON.stringify(input)}`;
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<Held<RouteOutput<R>, RouteInput<R>>>(() => begun(key));
  const latest = useRef(input);
  latest.current = input;
  /** The question that is under way, and whether it is to be asked again. */
  const flight = useRef<{ readonly key: string; isToRepeat: boolean } | null>(null);
  useEffect(
    () => () => {
      flight.current = null;
    },
    [],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the input by value, `round` and `moment` ask again
  useEffect(() => {
    const asked = latest.current;
    if (key !== null && flight.current?.key === key) {
      flight.current.isToRepeat = true;
      return;
    }
    setHeld((before) => again(before, key));
    if (key === null || asked === null) {
      flight.current = null;
      return;
    }
    const own = { key, isToRepeat: false };
    flight.current = own;
    void invoke(route, asked).then((result) => {
      if (flight.current !== own) return;
      flight.current = null;
      // Called off by a person it stays so.
      const isToRepeat = own.isToRepeat && (result.ok || result.error.code !== 'CANCELLED');
      const take = () =>
        setHeld((before) => {
          const state = isToRepeat ? 'loading' : 'ready';
          if (result.ok) return { ...begun(key), state, data: result.data, input: asked };
          if (isToRepeat) return again(before, key);
          return { ...answerTo(before, key), state: 'failed', failure: result.error, former: null };
        });
      if (isWhole) flushSync(take);
      else take();
      // Drawing it may have asked already.
      if (isToRepeat && flight.current === null) setRound((n) => n + 1);
    });
  }, [route, key, round, moment, isWhole]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return useMemo(() => {
    const { state, data, failure, former } = answerTo(held, key);
    return { state, data, failure, former, reload };
  }, [held, key, reload]);
}
