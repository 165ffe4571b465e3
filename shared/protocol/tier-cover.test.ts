import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TierRef } from './manifest';
import { missingParts, shortestCover } from './tier-cover';

const tier = (from: number, ends: readonly number[], bytes: number): TierRef => ({
  tier: 'day',
  from,
  to: ends.at(-1) ?? 0,
  parts: ends.map((to, i) => ({ sha256: String(i).padStart(64, '0'), bytes, rows: 1, to })),
});

const arbitraryTier = fc
  .tuple(
    fc.nat(20),
    fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
  )
  .chain(([from, steps]) => {
    const ends = [...steps].sort((a, b) => a - b).map((step) => from + step);
    return fc.integer({ min: 1, max: 50_000 }).map((bytes) => tier(from, ends, bytes));
  });

const costOf = (path: readonly TierRef[], state: number): number => {
  let at = state;
  let cost = 0;
  for (const one of path) {
    for (const part of missingParts(one, at)) cost += part.bytes + 2_000;
    at = one.to;
  }
  return cost;
};

/** Every sequence of tiers that leads on, tried one by one. */
function cheapest(tiers: readonly TierRef[], at: number, end: number, position: number): number {
  if (at === end) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const one of tiers) {
    if (one.from > at || one.to <= at || one.to < position) continue;
    least = Math.min(least, costOf([one], at) + cheapest(tiers, one.to, end, position));
  }
  return least;
}

describe('the shortest cover', () => {
  // Would catch: a cover with a hole, one that stops before the newest end, or a dearer one than need be.
  it('leads without a hole to the newest end for the fewest bytes', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryTier, { maxLength: 7 }),
        fc.nat(25),
        fc.nat(6),
        (tiers, state, ahead) => {
          const position = state + ahead;
          const path = shortestCover(tiers, { whole: state, position });
          const end = Math.max(0, ...tiers.map(({ to }) => to));
          const least =
            end > state ? cheapest(tiers, state, end, position) : Number.POSITIVE_INFINITY;
          if (!Number.isFinite(least)) {
            expect(path).toEqual([]);
            return;
          }
          let at = state;
          for (const one of path) {
            expect(one.from).toBeLessThanOrEqual(at);
            expect(one.to).toBeGreaterThan(at);
            at = one.to;
          }
          expect(at).toBe(end);
          expect(costOf(path, state)).toBe(least);
        },
      ),
      { numRuns: 300 },
    );
  });

  // Would catch: parts fetched again that a slice has whole.
  it('leaves out the parts that a complete state holds already', () => {
    const one = tier(10, [20, 30, 40], 5);
    expect(missingParts(one, 20).map(({ to }) => to)).toEqual([30, 40]);
    expect(missingParts(one, 25).map(({ to }) => to)).toEqual([30, 40]);
    expect(missingParts(one, 40)).toEqual([]);
  });
});
