import { EventEmitter } from 'node:events';
import type { PowerMonitor, WebContents } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Presence, watchIdle } from './idle-watch';

const LIMIT_MS = 300_000;
let nowMs = 0;
let systemSeconds = 0;
let told: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1_795_000_000_000;
  systemSeconds = 0;
  told = [];
});
afterEach(() => void vi.useRealTimers());

function rig() {
  const power = Object.assign(new EventEmitter(), { getSystemIdleTime: () => systemSeconds });
  const contents = new EventEmitter();
  const presence = new Presence(power, () => nowMs);
  const stop = watchIdle(
    power as unknown as PowerMonitor,
    presence,
    () => LIMIT_MS,
    (reason) => void told.push(reason),
  );
  presence.follow(contents as unknown as WebContents);
  return { power, contents, presence, stop };
}

/** Lets time pass in steps of a second, in the program and, where it tells, in the system's figure. */
function pass(ms: number, isSystemTelling = false): void {
  for (let left = ms; left > 0; left -= 1_000) {
    nowMs += 1_000;
    if (isSystemTelling) systemSeconds += 1;
    vi.advanceTimersByTime(1_000);
  }
}

// Would catch: a desk that stays open for ever on a desktop that reports no idle time, or that locks under work.
it('locks when nobody touched a window for the limit, and not before', () => {
  const { contents, stop } = rig();
  pass(LIMIT_MS - 10_000);
  contents.emit('before-input-event');
  pass(LIMIT_MS - 10_000);
  expect(told).toEqual([]);
  pass(20_000);
  expect(told).toContain('idle');
  stop();
});

// Would catch: work in another program that counts as absence.
it('goes by the smaller figure where the system tells one', () => {
  const { stop } = rig();
  for (let i = 0; i < 4; i++) {
    pass(LIMIT_MS - 60_000, true);
    systemSeconds = 0;
  }
  expect(told).toEqual([]);
  pass(LIMIT_MS + 10_000, true);
  expect(told).toContain('idle');
  stop();
});

// Would catch: a machine that sleeps or is locked with the office open, or a watch that acts after the end.
it('locks at sleep and at the lock of the screen until it is stopped', () => {
  const { power, stop } = rig();
  power.emit('suspend');
  power.emit('lock-screen');
  expect(told).toEqual(['suspend', 'lock-screen']);
  stop();
  power.emit('suspend');
  pass(LIMIT_MS * 2);
  expect(told).toEqual(['suspend', 'lock-screen']);
});
