import type { Steps } from '../../../shared/kernel/steps';

export { atOnce, type Steps } from '../../../shared/kernel/steps';

/** A step ends after so long, ms: whoever asks meanwhile waits no longer. */
const STEP_MS = 2;

export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Does it in steps of some milliseconds, with pauses for those who wait. */
export async function withPauses<T>(
  steps: Steps<T>,
  giveWay: () => Promise<void> = pause,
): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began <= STEP_MS) continue;
    await giveWay();
    began = performance.now();
  }
}
