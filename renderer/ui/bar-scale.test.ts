import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEPS, stepOver } from './bar-scale';

describe('the scale of a chart', () => {
  // Would catch: a bar that leaves the chart, a chart that is mostly empty, lines at broken numbers, no end at nothing.
  it('reaches over the highest bar in whole steps, and not far over it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), (most) => {
        const step = stepOver(most);
        expect(Number.isInteger(step)).toBe(true);
        expect(step * STEPS).toBeGreaterThanOrEqual(most);
        if (most > 8 * STEPS) expect(most / (step * STEPS)).toBeGreaterThan(0.7);
      }),
    );
    expect([0, 1, 4, 5, 9, 41, 1_234, 200_000].map(stepOver)).toEqual([
      1, 1, 1, 2, 3, 12, 350, 50_000,
    ]);
  });
});
