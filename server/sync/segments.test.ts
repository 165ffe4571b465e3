import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSegments } from './segments';

const SPAN = 8192;

describe('planSegments', () => {
  // Would catch: a row in two segments or in none, or a segment larger than a device accepts.
  it('covers every range once, in order, within the bounds', () => {
    const ranges = fc
      .uniqueArray(fc.record({ part: fc.nat(60), rows: fc.integer({ min: 1, max: SPAN }) }), {
        selector: ({ part }) => part,
      })
      .map((list) =>
        list
          .sort((a, b) => a.part - b.part)
          .map(({ part, rows }) => ({ from: part * SPAN, end: (part + 1) * SPAN, rows })),
      );
    fc.assert(
      fc.property(ranges, (list) => {
        const plan = planSegments(list);
        expect(plan.reduce((sum, { rows }) => sum + rows, 0)).toBe(
          list.reduce((sum, { rows }) => sum + rows, 0),
        );
        plan.forEach(({ from, rows }, i) => {
          expect(rows).toBeLessThanOrEqual(10_000);
          if (i > 0) expect(from).toBeGreaterThanOrEqual(plan[i - 1]?.end ?? 0);
        });
        for (const { from, end } of list)
          expect(plan.filter((one) => one.from <= from && one.end >= end)).toHaveLength(1);
      }),
    );
  });
});
