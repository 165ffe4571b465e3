import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSm3 } from './sm3';

const sm3 = await createSm3();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('SM3', () => {
  // Would catch: another digest behind the name (GB/T 32905-2016 appendix A.1).
  it('gives the standard vector', () => {
    expect(hex(sm3.hash(Buffer.from('abc')))).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  // Would catch: state left over between digests or lost between updates (checked by OpenSSL).
  it('agrees with OpenSSL, streamed or at once', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (parts) => {
        const whole = Buffer.concat(parts);
        const expected = createHash('sm3').update(whole).digest('hex');
        sm3.begin();
        for (const part of parts) sm3.update(part);
        expect(hex(sm3.end())).toBe(expected);
        expect(hex(sm3.hash(whole))).toBe(expected);
      }),
    );
  });
});
