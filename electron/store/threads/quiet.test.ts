import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Quiet } from './quiet';

describe('what waits for quiet', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function rig(act: () => void) {
    const listeners: ((message: unknown) => void)[] = [];
    const quiet = new Quiet(act);
    quiet.heard({
      on: (_event, listener) => listeners.push(listener),
      postMessage: () => undefined,
    });
    return { quiet, call: () => listeners.forEach((listener) => void listener({})) };
  }

  // Would catch: a log that is folded between two look-ups of somebody who types, or again and again while nobody works.
  it('comes once after calls, never between them', () => {
    const act = vi.fn();
    const { call } = rig(act);
    for (let i = 0; i < 10; i++) {
      call();
      vi.advanceTimersByTime(1_500);
    }
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(act).toHaveBeenCalledTimes(1);
  });

  // Would catch: a disk that refuses and takes the thread along, or a file that is touched after it was closed.
  it('survives a failure and ends with the file', () => {
    const act = vi.fn(() => {
      throw new Error('disk');
    });
    const { quiet, call } = rig(act);
    call();
    expect(() => vi.advanceTimersByTime(10_000)).not.toThrow();
    call();
    quiet.end();
    vi.advanceTimersByTime(10_000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
