import { describe, expect, it } from 'vitest';
import { done, type Outcome } from './driver';
import { createTokenQueue } from './token-queue';

const calm = () => new AbortController().signal;

function gate<T>(value: T) {
  let open: () => void = () => undefined;
  const work = new Promise<Outcome<T>>((resolve) => {
    open = () => resolve(done(value));
  });
  return { work: () => work, open: () => open() };
}

describe('token queue', () => {
  // Bug: after a time-out the next call reaches a token whose library is still inside the last one.
  it('answers a time-out at once and holds the line until the call returns', async () => {
    const queue = createTokenQueue();
    const slow = gate('slow');
    const late: string[] = [];
    const first = queue.run('t', {
      work: slow.work,
      signal: calm(),
      limitMs: 5,
      late: (value) => late.push(value),
    });
    expect(await first).toEqual({ ok: false, failure: { kind: 'timeout' } });
    let hasStarted = false;
    const second = queue.run('t', {
      work: async () => {
        hasStarted = true;
        return done('second');
      },
      signal: calm(),
      limitMs: 10_000,
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasStarted).toBe(false);
    slow.open();
    expect(await second).toEqual(done('second'));
    expect(late).toEqual(['slow']);
  });

  // Bug: one busy token stops the others; or a cancelled task that waits in line runs all the same.
  it('keeps tokens apart and never starts what was cancelled in line', async () => {
    const queue = createTokenQueue();
    const slow = gate(1);
    const first = queue.run('a', { work: slow.work, signal: calm(), limitMs: 10_000 });
    const controller = new AbortController();
    let hasRun = false;
    const waiting = queue.run('a', {
      work: async () => {
        hasRun = true;
        return done(2);
      },
      signal: controller.signal,
      limitMs: 10_000,
    });
    const other = queue.run('b', { work: async () => done(3), signal: calm(), limitMs: 10_000 });
    expect(await other).toEqual(done(3));
    controller.abort();
    expect(await waiting).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    slow.open();
    expect(await first).toEqual(done(1));
    expect(hasRun).toBe(false);
  });

  // Bug: a driver that throws takes the line, or the process, with it.
  it('names what was thrown and goes on', async () => {
    const queue = createTokenQueue();
    const bad = await queue.run('a', {
      work: () => Promise.reject(new Error('boom')),
      signal: calm(),
      limitMs: 10_000,
    });
    expect(bad).toEqual({
      ok: false,
      failure: { kind: 'failed', layer: 'driver', detail: 'boom' },
    });
    expect(
      await queue.run('a', { work: async () => done(1), signal: calm(), limitMs: 1_000 }),
    ).toEqual(done(1));
  });
});
