import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Presses, PressPass } from './press-pass';

/** Just before the shared milliseconds begin anew. */
const BEGIN_MS = 835 * 2 ** 31 - 3_000;
const STEP_MS = 1;

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN_MS, toFake: ['Date', 'performance', 'setTimeout'] });
  vi.spyOn(Atomics, 'wait').mockImplementation((_array, _index, _value, ms = 0) => {
    vi.advanceTimersByTime(ms);
    return 'timed-out';
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Works a millisecond at a time for so long; answers in which milliseconds it did. */
function work(pressedAtMs: readonly number[], forMs: number): readonly number[] {
  vi.setSystemTime(BEGIN_MS);
  const presses = new Presses();
  const pass = new PressPass(presses.shared);
  for (const at of pressedAtMs) setTimeout(() => presses.note(), at);
  const worked: number[] = [];
  for (let at = 0; at < forMs; at = Date.now() - BEGIN_MS) {
    worked.push(at);
    vi.advanceTimersByTime(STEP_MS);
    pass.stand();
  }
  return worked;
}

describe('what makes way for a press', () => {
  // Bug: a synchronisation that draws breath although nobody presses, or that stands for good once somebody did.
  it('works without a pause where nobody presses', () => {
    expect(work([], 5_000)).toHaveLength(5_000);
    const worked = work([1_000], 5_000);
    expect(worked.filter((at) => at > 1_000 && at < 1_085)).toEqual([]);
    expect(worked.length).toBeGreaterThan(4_900);
  });

  // Bug: somebody who presses without an end, or a program that asks in the place of one, for whom nothing is synchronised any
  // more; or a press beside which it goes on.
  it('stands still for a press that finds it at work, and works a third of the time at least', () => {
    const endless = Array.from({ length: 600 }, (_, i) => 10 * i);
    expect(work(endless, 6_000).length).toBeGreaterThan(6_000 * 0.3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_900 }), { maxLength: 400 }), (unsorted) => {
        const pressed = [...unsorted].sort((a, b) => a - b);
        const worked = work(pressed, 6_000);
        expect(worked.length).toBeGreaterThan(6_000 * 0.3);
        // After a while without presses the next one passes.
        const lonely = pressed.filter((at, i) => at - (pressed[i - 1] ?? -1_000) > 400);
        for (const at of lonely)
          expect(worked.filter((one) => one > at + 1 && one < at + 85)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  // Bug: a thread that answers questions and is asleep while somebody asks.
  it('of a thread that answers, is one work alone', async () => {
    const presses = new Presses();
    const pass = new PressPass(presses.shared);
    presses.note();
    let isOver = false;
    const passing = pass.letPass().then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(50);
    expect(isOver).toBe(false);
    presses.note();
    await vi.advanceTimersByTimeAsync(85);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(10);
    await passing;
    expect(isOver).toBe(true);
    expect(Atomics.wait).not.toHaveBeenCalled();
  });
});
