import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulatedReader } from '../test/ccid/simulated-reader';
import { MAX_MESSAGE_BYTES, parseClassDescriptor } from './class-descriptor';

const LEVELS = ['character', 'tpdu', 'short-apdu', 'extended-apdu'] as const;
const bytes = fc.uint8Array({ maxLength: 200 });

describe('CCID class descriptor', () => {
  // Bug: a field is read at the wrong offset, and a reader is driven at a level that it does not have.
  it('reads what a reader says of itself, whatever descriptors stand before it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LEVELS),
        fc.integer({ min: 15, max: 70_000 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 2, max: 20 }), { maxLength: 3 }),
        (level, maxMessageBytes, isManual, before) => {
          const { classDescriptor } = createSimulatedReader(
            { level, maxMessageBytes, isManual },
            undefined,
          );
          const others = before.map((length) => {
            const other = new Uint8Array(length);
            other.set([length, 0x24]);
            return other;
          });
          const found = parseClassDescriptor(Buffer.concat([...others, classDescriptor]));
          expect(found).toEqual({
            level,
            slots: 1,
            maxMessageBytes: Math.min(maxMessageBytes, MAX_MESSAGE_BYTES),
            powerSelects: isManual ? [2, 3] : [0],
            setsParameters: !isManual,
          });
        },
      ),
    );
  });

  // Bug: descriptors of a hostile or broken device crash the process, or make it allocate gigabytes.
  it('survives any bytes and never allows longer messages than it can hold', () => {
    const good = createSimulatedReader({ level: 'extended-apdu', maxMessageBytes: 271 }, undefined);
    const spoilt = fc
      .tuple(fc.nat({ max: 53 }), fc.integer({ min: 0, max: 255 }))
      .map(([offset, value]) => {
        const copy = good.classDescriptor.slice();
        copy[offset] = value;
        return copy;
      });
    const cut = fc.nat({ max: 54 }).map((length) => good.classDescriptor.slice(0, length));
    fc.assert(
      fc.property(fc.oneof(bytes, spoilt, cut), (extra) => {
        const found = parseClassDescriptor(extra);
        if (found === undefined) return;
        expect(found.maxMessageBytes).toBeGreaterThanOrEqual(15);
        expect(found.maxMessageBytes).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
        expect(found.powerSelects.length).toBeGreaterThan(0);
      }),
      { numRuns: 3_000 },
    );
  });
});
