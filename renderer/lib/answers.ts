import type { Failure } from './desk';

/** An answer, and which question it is to. */
export interface Held<T, I = unknown> {
  /** The question by value; null: nothing is asked. */
  readonly of: string | null;
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  readonly data: T | null;
  readonly input: I | null;
  readonly failure: Failure | null;
  /** While a question loads: what was answered to another one before it. */
  readonly former: { readonly data: T; readonly input: I } | null;
}

/** A question that was just put. */
export function begun(key: string | null): Held<never, never> {
  const state = key === null ? 'idle' : 'loading';
  return { of: key, state, data: null, input: null, failure: null, former: null };
}

/** What is held as the answer to `key`: what is held of another question is none. */
export function answerTo<T, I>(held: Held<T, I>, key: string | null): Held<T, I> {
  if (held.of === key) return held;
  if (key === null) return begun(null);
  const { data, input } = held;
  const former = data === null || input === null ? held.former : { data, input };
  return { ...begun(key), former };
}

/** Asks: the answer to the same question stays meanwhile. */
export function again<T, I>(held: Held<T, I>, key: string | null): Held<T, I> {
  if (key === null) return begun(null);
  return { ...answerTo(held, key), state: 'loading', failure: null };
}
