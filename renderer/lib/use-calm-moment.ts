import { useEffect, useRef, useState } from 'react';
import { calmWaitMs } from './calm';
import { useDesk } from './desk-store';
import { useMoment } from './use-moment';

/**
 * As useMoment, for what takes longer than a moment to compute: while a synchronisation runs it changes at most once in
 * `everyMs`, and when that ends at once.
 */
export function useCalmMoment(everyMs: number): string {
  const moment = useMoment();
  const isRunning = useDesk((store) => store.progress !== null);
  const [shown, setShown] = useState(moment);
  const shownAt = useRef(performance.now());
  useEffect(() => {
    if (moment === shown) return;
    const show = () => {
      shownAt.current = performance.now();
      setShown(moment);
    };
    const times = { shownAtMs: shownAt.current, nowMs: performance.now(), everyMs };
    const timer = setTimeout(show, calmWaitMs(times, isRunning));
    return () => clearTimeout(timer);
  }, [moment, shown, isRunning, everyMs]);
  return isRunning ? shown : moment;
}
