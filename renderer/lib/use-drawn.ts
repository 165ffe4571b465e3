import { useEffect, useState } from 'react';

/** A window that is not seen draws nothing: then it is taken as drawn after so long, ms. */
const AT_LATEST_MS = 200;

/**
 * The value once the frame that first shows it was drawn; null until then, and for null. For what may be asked as soon as it
 * takes no processor from that frame.
 */
export function useDrawn<T extends string>(value: T | null): T | null {
  const [drawn, setDrawn] = useState<T | null>(null);
  useEffect(() => {
    if (value === null || value === drawn) return;
    const { port1, port2 } = new MessageChannel();
    const take = () => setDrawn(value);
    port1.onmessage = take;
    // What is posted in a frame is received after it was drawn.
    const frame = requestAnimationFrame(() => port2.postMessage(0));
    const timer = setTimeout(take, AT_LATEST_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      port1.close();
    };
  }, [value, drawn]);
  return value !== null && value === drawn ? value : null;
}
