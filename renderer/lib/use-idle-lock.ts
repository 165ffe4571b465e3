import { useEffect, useState } from 'react';
import { on } from './desk';
import { lockDesk } from './desk-store';

const WARNING_MS = 60_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/**
 * Locks after `limitMs` without a sign of life (0 switches it off). Returns the seconds left while
 * the last minute runs, else null. Main locks as well; this is what lets the person stay.
 */
export function useIdleLock(limitMs: number): number | null {
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null);
  useEffect(() => {
    if (limitMs <= 0) return;
    let lastSignMs = Date.now();
    const note = () => {
      lastSignMs = Date.now();
    };
    for (const sign of SIGNS) window.addEventListener(sign, note, { passive: true });
    const forget = on('app.touched', note);
    const timer = window.setInterval(() => {
      const leftMs = lastSignMs + limitMs - Date.now();
      if (leftMs <= 0) void lockDesk();
      setSecondsLeft(
        leftMs > 0 && leftMs <= Math.min(WARNING_MS, limitMs / 2) ? Math.ceil(leftMs / 1000) : null,
      );
    }, 1000);
    return () => {
      window.clearInterval(timer);
      forget();
      for (const sign of SIGNS) window.removeEventListener(sign, note);
    };
  }, [limitMs]);
  return secondsLeft;
}
