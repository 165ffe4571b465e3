import { describe, expect, it } from 'vitest';
import { ConnectionWatch } from './connection-watch';
import { FakeTiming } from './fake-timing';
import type { Line } from './line';

/** Counts the questions; answers as a healthy server does, or not at all. */
function watched(isMetered: boolean) {
  const timing = new FakeTiming();
  const state = { asked: 0, isUp: true };
  const line = {
    json: async () => {
      state.asked++;
      if (!state.isUp) throw new Error('down');
      return { status: 'ok', nowMs: 1, region: '3301', head: 0 };
    },
  } as unknown as Line;
  const watch = new ConnectionWatch(
    () => undefined,
    () => false,
    timing,
    () => isMetered,
  );
  watch.start(line);
  return { timing, state, watch };
}

describe('whether the server can be reached', () => {
  // Would catch: a device that asks every half minute on a line that somebody pays for by the byte.
  it('is asked rarely on a metered line, and as ever on a free one', async () => {
    const asked: number[] = [];
    for (const isMetered of [false, true]) {
      const { timing, state, watch } = watched(isMetered);
      await timing.pass(60 * 60_000);
      asked.push(state.asked);
      watch.stop();
    }
    expect(asked).toEqual([121, 13]);
  });

  // Would catch: a metered device that stays offline for minutes after the line came back.
  it('is asked as ever while it is offline', async () => {
    const { timing, state, watch } = watched(true);
    state.isUp = false;
    await timing.pass(5 * 60_000);
    expect(watch.current).toBe('offline');
    state.isUp = true;
    await timing.pass(30_000);
    expect(watch.current).toBe('online');
    watch.stop();
  });
});
