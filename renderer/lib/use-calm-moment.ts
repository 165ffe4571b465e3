import { useEffect, useRef, useState } from 'react';
import { calmWaitMs } from './calm';
import { useDesk } from './desk-store';
import { useMoment } from './use-moment';

/**
 * As useMoment, for what takes longer than a moment to compute: while a synchronisation runs it changes at most once in
 * `everyMs`, and when that ends at once. `question` is what it is computed for, by value or by reference: another one is asked
 * at once and is as fresh as can be, so that the time begins anew, and nothing is asked again into the answer to a press.
 */
export function useCalmMoment(everyMs: number, question: unknown = null): string {
  const moment = useMoment();
  const isRunning = useDesk((store) => store.progress !== null);
  const [shown, setShown] = useState(moment);
  const shownAt = useRef(performance.now());
  const asked = useRef(question);
  if (asked.current !== question) {
    asked.current = question;
    shownAt.current = performance.now();
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question waits anew
  useEffect(() => {
    if (moment === shown) return;
    const show = () => {
      shownAt.current = performance.now();
      setShown(moment);
    };
    const times = { shownAtMs: shownAt.current, nowMs: performance.now(), everyMs };
    const timer = setTimeout(show, calmWaitMs(times, isRunning));
    return () => clearTimeout(timer);
  }, [moment, shown, isRunning, everyMs, question]);
  return isRunning ? shown : moment;
}
