import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Has the calling thread give back the memory that it needs no more. A thread that has nothing to do collects nothing: what
 * a load of a million rows left would stay taken for as long as the store runs. Some 50 ms: not for a thread whose
 * answers people wait for.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (() => void) | undefined;
  collect?.();
}
