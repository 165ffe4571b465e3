import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance of the line, given from outside so that a simulator can own both. */
export interface Timing {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Evenly in [0, 1). */
  random(): number;
  /** Resolves after so many milliseconds; rejects with an AbortError when the signal ends first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
export const systemTiming: Timing = {
  nowMs: Date.now,
  random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

/** What `work` answers, or what `late` throws when it takes longer than `ms`. */
export async function within<T>(
  timing: Timing,
  ms: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  const waiting = new AbortController();
  const timer = timing.sleep(ms, waiting.signal).then(() => {
    throw late();
  });
  // Whoever loses the race may still fail; nobody listens any more.
  timer.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, timer]);
  } finally {
    waiting.abort();
  }
}
