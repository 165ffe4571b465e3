import { useEffect, useRef, useState } from 'react';

/** True once something has been waited for longer than `afterMs`, and no more when the wait is over. */
export function useIsLate(isWaiting: boolean, afterMs: number): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isWaiting, afterMs]);
  return isWaiting && isLate;
}

/** The value once it has stayed the same for `forMs`, the first at once; null until then. */
export function useSettled<T>(value: T, forMs: number): T | null {
  const since = useRef({ value, atMs: Number.NEGATIVE_INFINITY });
  if (since.current.value !== value) since.current = { value, atMs: performance.now() };
  const leftMs = since.current.atMs + forMs - performance.now();
  const [, look] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another value waits anew
  useEffect(() => {
    const left = since.current.atMs + forMs - performance.now();
    if (forMs === 0 || left <= 0) return;
    const timer = setTimeout(() => look((n) => n + 1), left + 1);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return forMs === 0 || leftMs <= 0 ? value : null;
}
