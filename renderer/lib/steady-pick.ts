import { useEffect, useState } from 'react';

export interface SteadyPick {
  /** What the secret goes to; null: nothing, until somebody chooses or what was picked is back. */
  readonly picked: string | null;
  /** What was picked is not there any more. */
  readonly isGone: boolean;
  readonly choose: (id: string) => void;
  /** Another person is to choose: the next pick is made anew. */
  readonly forget: () => void;
}

/**
 * What is picked among things that come and go. `fixed`: what was chosen, or was picked when typing began; `automatic`: what
 * would be picked by itself, as long as nothing is typed.
 */
export function pickOf(
  fixed: string | null,
  automatic: string | null,
  present: readonly string[],
): string | null {
  if (fixed === null) return automatic;
  return present.includes(fixed) ? fixed : null;
}

/**
 * A key that stays the one that was meant while its PIN is typed: another one that is plugged in must not slip under it, as a
 * PIN given to somebody else's key costs that person a try. Where the key goes, `onGone` wipes what was typed, and nothing
 * is picked until the person chooses or the key is back.
 */
export function useSteadyPick(
  present: readonly string[],
  automatic: string | null,
  isTyped: boolean,
  onGone: () => void,
): SteadyPick {
  const [fixed, setFixed] = useState<string | null>(null);
  const picked = pickOf(fixed, automatic, present);
  const isGone = fixed !== null && picked === null;
  useEffect(() => {
    if (isTyped && fixed === null && picked !== null) setFixed(picked);
  }, [isTyped, fixed, picked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once when it goes
  useEffect(() => {
    if (isGone) onGone();
  }, [isGone]);
  return { picked, isGone, choose: setFixed, forget: () => setFixed(null) };
}
