import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { FakeTiming } from './fake-timing';
import { backoffMs, withRetries } from './retries';

const broken = () => new AppError('SYNC_INTERRUPTED');
const { signal } = new AbortController();

describe('backoffMs', () => {
  // Would catch: waits that overflow after a week offline, that come together, or that a bad base makes negative.
  it('is anything up to twice as much each time, and never above the cap', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (n, chance) => {
          const wait = backoffMs(n, () => chance, 400, 20_000);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(20_000, 400 * 2 ** Math.min(n, 20)));
        },
      ),
    );
    expect(backoffMs(50, () => 0.999_999, 400, 20_000)).toBeGreaterThan(19_000);
  });
});

describe('withRetries', () => {
  async function attempts(act: (n: number) => Promise<number>, progress?: () => number) {
    const timing = new FakeTiming();
    let n = 0;
    const done = withRetries(timing, signal, () => act(++n), progress).then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
    await timing.pass(3_600_000);
    return { outcome: await done, tries: n, waits: timing.slept };
  }

  // Would catch: a dead line asked for ever, or one that breaks every few megabytes given up after the third break.
  it('gives up after five tries that bring nothing, and never while every try brings something', async () => {
    const dead = await attempts(() => Promise.reject(broken()));
    expect(dead).toMatchObject({ outcome: 'SYNC_INTERRUPTED', tries: 5 });
    let got = 0;
    const slow = await attempts(
      async (n) => {
        got += 1_000;
        if (n < 60) throw broken();
        return n;
      },
      () => got,
    );
    expect(slow).toMatchObject({ outcome: 'done', tries: 60 });
    // Success resets the wait: no try waits longer than the first.
    expect(Math.max(...slow.waits)).toBeLessThanOrEqual(800);
  });

  // Would catch: an object that is cut short at the server fetched over and over, because its bytes keep coming.
  it('does not take bytes that were thrown away for progress', async () => {
    let kept = 0;
    const damaged = await attempts(
      () => {
        kept = kept === 0 ? 1_000 : 0;
        return Promise.reject(kept === 0 ? new AppError('SYNC_OBJECT_DAMAGED') : broken());
      },
      () => kept,
    );
    expect(damaged.tries).toBeLessThanOrEqual(6);
  });

  // Would catch: a refusal repeated against a server that said no, or a busy server not given the time it asked for.
  it('does not repeat a refusal, and waits as long as a busy server says', async () => {
    const no = await attempts(() => Promise.reject(new AppError('SYNC_DEVICE_REFUSED')));
    expect(no).toMatchObject({ outcome: 'SYNC_DEVICE_REFUSED', tries: 1 });
    const busy = (seconds: number) => new AppError('SYNC_SERVER_BUSY', { seconds });
    const soon = await attempts(async (n) => {
      if (n === 1) throw busy(7);
      return n;
    });
    expect(soon.outcome).toBe('done');
    expect(soon.waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(await attempts(() => Promise.reject(busy(300)))).toMatchObject({ tries: 1 });
  });
});
