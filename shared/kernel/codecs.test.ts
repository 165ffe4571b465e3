import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  base32FromBytes,
  base64urlFromBytes,
  bytesFromBase32,
  bytesFromBase64url,
  bytesFromHex,
  hexFromBytes,
} from './codecs';
import { err, ok } from './result';

const bytes = fc.uint8Array({ maxLength: 70 });

describe('codecs', () => {
  // Would catch: a wrong bit order or lost tail bits (Node's own codecs are the independent checker).
  it('agree with the runtime and read back', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(hexFromBytes(b)).toBe(Buffer.from(b).toString('hex'));
        expect(base64urlFromBytes(b)).toBe(Buffer.from(b).toString('base64url'));
        expect(bytesFromHex(hexFromBytes(b).toUpperCase())).toEqual(ok(b));
        expect(bytesFromBase64url(base64urlFromBytes(b))).toEqual(ok(b));
        expect(bytesFromBase32(base32FromBytes(b).toLowerCase())).toEqual(ok(b));
      }),
    );
  });

  // Would catch: two texts accepted for the same bytes, which breaks comparing by text.
  it('refuse non-canonical and foreign input', () => {
    expect(bytesFromBase64url('QR')).toEqual(err('character'));
    expect(bytesFromBase64url('QQ==')).toEqual(err('character'));
    expect(bytesFromBase64url('QUJDR')).toEqual(err('length'));
    expect(bytesFromHex('abc')).toEqual(err('length'));
    expect(bytesFromHex('zz')).toEqual(err('character'));
    expect(bytesFromBase32('U0')).toEqual(err('character'));
  });

  // Would catch: an enrolment code refused because it was read out with I, L, O or hyphens.
  it('read base 32 as people type it', () => {
    expect(bytesFromBase32('io-l1 0000')).toEqual(bytesFromBase32('10110000'));
  });
});
