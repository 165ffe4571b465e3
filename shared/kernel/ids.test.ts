import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUlid, ulid } from './ids';

describe('ulid', () => {
  // Would catch: a shifted time field (the time part is that of the ULID specification's example).
  it('writes the specification example', () => {
    expect(ulid(1_469_918_176_385, new Uint8Array(10)).slice(0, 10)).toBe('01ARYZ6S41');
    expect(ulid(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
  });

  // Would catch: keys that do not sort by time, or equal keys for different random bits.
  it('sorts by time and keeps all bits', () => {
    const time = fc.integer({ min: 0, max: 2 ** 47 });
    const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(time, time, random, random, (a, b, r, s) => {
        expect(isUlid(ulid(a, r))).toBe(true);
        if (a < b) expect(ulid(a, r) < ulid(b, s)).toBe(true);
        expect(ulid(a, r) === ulid(a, s)).toBe(Buffer.compare(r, s) === 0);
      }),
    );
    expect(() => ulid(-1, new Uint8Array(10))).toThrow(RangeError);
    expect(() => ulid(0, new Uint8Array(9))).toThrow(RangeError);
  });
});
