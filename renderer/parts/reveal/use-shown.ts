import { useEffect, useState } from 'react';
import { useSecondsUntil } from '../../lib/use-clock';

/** Plain values while they may be seen. */
export interface Shown<T> {
  readonly plain: T | null;
  readonly secondsLeft: number;
  readonly put: (plain: T) => void;
  readonly hide: () => void;
}

/** Keeps plain values for as long as main allows and forgets them then, or when the page is left. */
export function useShown<T extends { readonly showMs: number }>(): Shown<T> {
  const [shown, setShown] = useState<{ readonly plain: T; readonly untilMs: number } | null>(null);
  const secondsLeft = useSecondsUntil(shown?.untilMs ?? null);
  useEffect(() => {
    if (shown === null) return;
    const timer = window.setTimeout(() => setShown(null), Math.max(0, shown.untilMs - Date.now()));
    return () => window.clearTimeout(timer);
  }, [shown]);
  return {
    plain: shown?.plain ?? null,
    secondsLeft,
    put: (plain) => setShown({ plain, untilMs: Date.now() + plain.showMs }),
    hide: () => setShown(null),
  };
}
