import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncProgressSchema } from '../../../../shared/ipc/routes/sync';
import { ProgressMeter } from './progress';

describe('ProgressMeter', () => {
  // Would catch: a negative rate or time (a step that counts from zero again), or a flood of events.
  it('tells what the contract allows, five times a second at most within a phase', () => {
    const step = fc.record({ waitMs: fc.nat(1_000), done: fc.nat(5_000), total: fc.nat(5_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 1_000;
        const told: number[] = [];
        const meter = new ProgressMeter(
          'run',
          () => nowMs,
          (progress) => {
            SyncProgressSchema.parse(progress);
            told.push(nowMs);
          },
        );
        meter.enter('segments', { rows: 5_000, bytes: 1 });
        const began = told.length;
        for (const { waitMs, done, total } of steps) {
          nowMs += waitMs;
          meter.setRows(done, total);
          SyncProgressSchema.parse(meter.current);
        }
        expect(told.length - began).toBeLessThanOrEqual((nowMs - 1_000) / 200);
      }),
    );
  });
});
