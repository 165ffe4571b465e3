import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CachedFile, toEvict } from './eviction';

const files = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 0, max: 1_000 }),
      usedMs: fc.integer({ min: 0, max: 50 }),
    }),
    { maxLength: 40 },
  )
  .map((list): CachedFile[] => list.map((one, i) => ({ name: `f${i}`, ...one })));

/** The rule word by word: take the one that was used longest ago away until it fits. */
function model(all: readonly CachedFile[], budget: number, incoming: number): string[] | null {
  if (incoming > budget) return null;
  const left = new Map(all.map((file) => [file.name, file]));
  const gone: string[] = [];
  const used = () => [...left.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  while (used() + incoming > budget) {
    let oldest: CachedFile | undefined;
    for (const file of left.values())
      if (
        oldest === undefined ||
        file.usedMs < oldest.usedMs ||
        (file.usedMs === oldest.usedMs && file.name < oldest.name)
      )
        oldest = file;
    if (oldest === undefined) break;
    left.delete(oldest.name);
    gone.push(oldest.name);
  }
  return gone;
}

describe('toEvict', () => {
  // Would catch: a budget that is passed, a file in use that goes before an older one, or more gone than needed.
  it('is the rule, for any cache', () => {
    fc.assert(
      fc.property(files, fc.nat(20_000), fc.nat(3_000), (all, budget, incoming) => {
        const going = toEvict(all, budget, incoming);
        expect(going?.map(({ name }) => name) ?? null).toEqual(model(all, budget, incoming));
      }),
      { numRuns: 400 },
    );
  });
});
