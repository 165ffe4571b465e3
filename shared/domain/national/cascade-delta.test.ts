import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCascade, cascadeBytes, isListed, readCascade } from './cascade';
import { applyDelta, cascadeDelta, isDelta } from './cascade-delta';
import { itemKey } from './mix';

const KID = '0123456789abcdef';
const key = (id: number) => itemKey(KID, id);
const ALL = 40_000;
const build = (
  listed: ReadonlySet<number>,
  salt: number,
  like?: Awaited<ReturnType<typeof buildCascade>>,
) =>
  buildCascade(
    [...listed].map(key),
    Array.from({ length: ALL }, (_, id) => id)
      .filter((id) => !listed.has(id))
      .map(key),
    ALL - listed.size,
    salt,
    like,
  );
const some = (count: number, first: number) =>
  new Set(Array.from({ length: count }, (_, i) => (first + i * 97) % ALL));

describe('a delta between two filters', () => {
  // Bug: a revoked certificate that the next filter lists and the one put together from the delta does not.
  it('makes the next filter to the byte, and the next filter is exact', async () => {
    const before = await build(some(1_600, 3), 7);
    const now = new Set([...some(1_600, 3)].slice(4));
    for (const id of [11, 12, 20_001, 39_999]) now.add(id);
    const next = await build(now, 7, before);
    for (let id = 0; id < ALL; id++)
      if (isListed(next, key(id)) !== now.has(id)) throw new Error(`wrong about ${id}`);
    const delta = cascadeDelta(before, next);
    const made = applyDelta(before, delta);
    expect(made.ok && Buffer.from(made.value).equals(Buffer.from(cascadeBytes(next)))).toBe(true);
    expect(isDelta(delta)).toBe(true);
    expect(isDelta(cascadeBytes(next))).toBe(false);
    // What it is for: eight acts of a day, in sixteen hundred listed, are much less than the filter.
    expect(delta.length).toBeLessThan(cascadeBytes(next).length / 4);
  });

  it('is right between any two, of other salts, shapes and sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 0, max: 600 }), fc.nat(ALL - 1), fc.nat(9)),
        fc.tuple(fc.integer({ min: 0, max: 600 }), fc.nat(ALL - 1), fc.nat(9)),
        fc.boolean(),
        async ([a, from, saltA], [b, to, saltB], isAlike) => {
          const before = await build(some(a, from), saltA);
          const next = await build(some(b, to), saltB, isAlike ? before : undefined);
          const made = applyDelta(before, cascadeDelta(before, next));
          expect(made.ok && Buffer.from(made.value).equals(Buffer.from(cascadeBytes(next)))).toBe(
            true,
          );
        },
      ),
      { numRuns: 5 },
    );
  }, 60_000);

  // Bug: bytes of a bad server that hang, crash or fill the memory of the desk.
  it('answers whatever bytes come', async () => {
    const before = await build(some(50, 1), 1);
    const delta = cascadeDelta(before, await build(some(52, 1), 1, before));
    fc.assert(
      fc.property(fc.nat(delta.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = Uint8Array.from(delta, (byte, i) => (i === at ? byte ^ change : byte));
        const made = applyDelta(before, bad);
        if (made.ok) expect(readCascade(made.value).ok || made.value.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < delta.length; length += 7)
      expect(applyDelta(before, delta.subarray(0, length)).ok).toBe(false);
    expect(applyDelta(before, Uint8Array.of(...delta, 0)).ok).toBe(false);
  });
});
