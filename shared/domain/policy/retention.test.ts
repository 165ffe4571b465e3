import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credibleNowMs, RETENTION } from './retention';

const time = fc.integer({ min: 1_700_000_000_000, max: 4_000_000_000_000 });

describe('credibleNowMs', () => {
  // Would catch: a clock set into the future that makes a purge reach further than the server's time allows.
  it('never goes beyond the server by more than a step, nor beyond the clock', () => {
    fc.assert(
      fc.property(time, time, fc.option(time), (clockMs, serverMs, lastMs) => {
        const credible = credibleNowMs({ clockMs, serverMs, lastMs });
        expect(credible?.nowMs).toBeLessThanOrEqual(serverMs + RETENTION.stepMs);
        expect(credible?.nowMs).toBeLessThanOrEqual(clockMs);
      }),
    );
    expect(credibleNowMs({ clockMs: 1, serverMs: null, lastMs: null })).toBeNull();
    const serverMs = 1_800_000_000_000;
    expect(credibleNowMs({ clockMs: serverMs * 2, serverMs, lastMs: null })?.isHeld).toBe(true);
    expect(credibleNowMs({ clockMs: serverMs + 1, serverMs, lastMs: null })?.isHeld).toBe(false);
  });
});
