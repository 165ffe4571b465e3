import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandoverEnd, sealTo } from './handover';

const partsOf = fc.dictionary(
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
  fc.uint8Array({ maxLength: 200 }),
  { maxKeys: 20, noNullPrototype: true },
);

describe('handover of keys', () => {
  // Would catch: keys that arrive altered, cleared with the buffer they were read from, or under another name.
  it('gives the other end the same parts, as copies of its own', () => {
    fc.assert(
      fc.property(partsOf, (parts) => {
        const end = new HandoverEnd();
        const opened = end.open(sealTo(end.point, parts));
        expect(opened).toEqual(parts);
        for (const part of Object.values(opened)) expect(part.constructor).toBe(Uint8Array);
      }),
      { numRuns: 50 },
    );
  });

  // Would catch: a box that carries a key in the clear, opens elsewhere, or opens after a change.
  it('shows nothing, opens nowhere else and notices every change', () => {
    const end = new HandoverEnd();
    const key = new Uint8Array(32).fill(0x5a);
    const box = sealTo(end.point, { key });
    expect(Buffer.from(box).includes(Buffer.from(key).subarray(0, 8))).toBe(false);
    expect(() => new HandoverEnd().open(box)).toThrow();
    fc.assert(
      fc.property(fc.nat({ max: box.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(box);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(() => end.open(changed)).toThrow();
      }),
      { numRuns: 60 },
    );
    expect(() => end.open(box.subarray(0, 40))).toThrow();
    expect([...key]).toEqual(new Array(32).fill(0x5a));
  });
});
