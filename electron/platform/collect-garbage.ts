import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null | undefined;

/**
 * Collects everything that nothing refers to, now. Node's cryptographic objects (ciphers, private keys, TLS
 * contexts) clear their native memory when they are collected and not before. False where the runtime
 * does not allow it; then they go with time.
 */
export function collectGarbage(): boolean {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    // The function appears in contexts made after the flag was set, and in no page's.
    const found: unknown = runInNewContext('globalThis.gc');
    collect = typeof found === 'function' ? (found as () => void) : null;
    setFlagsFromString('--no-expose-gc');
  }
  collect?.();
  return collect !== null;
}
