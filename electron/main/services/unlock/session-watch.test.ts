import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HighestSeen } from '../../../platform/clock';
import type { SessionHolder } from './session';
import { SessionWatch } from './session-watch';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const HOUR = 3_600_000;
// 2026-11-23 23:00 in Shanghai is day 20780.
const TRUE_MS = Date.UTC(2026, 10, 23, 15);

function watched(wallAheadMs: number) {
  const start = Date.now();
  const machine = {
    nowMs: () => TRUE_MS + wallAheadMs + Date.now() - start,
    monotonicMs: () => Date.now() - start,
  };
  const clock = new HighestSeen(machine);
  clock.anchor(TRUE_MS);
  const sessions = { current: { leaseUntilMs: null, roleUntilMs: TRUE_MS + 99 * HOUR } };
  const days: number[] = [];
  const watch = new SessionWatch({
    sessions: sessions as unknown as SessionHolder,
    clock,
    lock: (reason) => days.push(-reason.length),
    dayTurned: (day) => days.push(day),
  });
  watch.opened();
  return { days, clock, watch };
}

// Would catch: a desk whose clock is hours behind or days ahead judging by that clock from midnight on.
it('tells the day of the time that is trusted, whatever the wall clock shows', () => {
  for (const aheadMs of [0, -8 * HOUR, 3 * 24 * HOUR]) {
    const { days, watch } = watched(aheadMs);
    vi.advanceTimersByTime(HOUR - 6_000);
    expect(days).toEqual([]);
    vi.advanceTimersByTime(12_000);
    expect(days).toEqual([20_781]);
    watch.closing();
  }
});

// Would catch: a contact that corrects the clock within a session and changes nothing until the next unlock.
it('tells the day that a correction brings, also an earlier one', () => {
  const { days, clock, watch } = watched(0);
  clock.learn(TRUE_MS + 48 * HOUR);
  vi.advanceTimersByTime(6_000);
  clock.anchor(TRUE_MS + 6_000);
  vi.advanceTimersByTime(6_000);
  expect(days).toEqual([20_782, 20_780]);
  watch.closing();
});
