import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRegionKeys } from './region-keys';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const boxOf = (value: unknown) => new Uint8Array(Buffer.from(JSON.stringify(value, null, 1)));

describe('region keys', () => {
  // Would catch: a decoder that differs from base64 in some byte, or opened bytes that stay.
  it('reads what the server sends, whatever the keys, and clears the box', () => {
    fc.assert(
      fc.property(key, key, key, (digestTag, transportPublic, transportPrivate) => {
        const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
        const box = boxOf({
          region: '3306',
          keyEpoch: 2,
          digestTag: text(digestTag),
          transportPublic: text(transportPublic),
          transportPrivate: text(transportPrivate),
        });
        const read = readRegionKeys(box);
        expect(read).toEqual({
          region: '3306',
          keyEpoch: 2,
          digestTag,
          transportPublic,
          transportPrivate,
        });
        expect(box.every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  // Would catch: half-read keys, or an exception, for a box that is none.
  it('refuses anything else', () => {
    const text = randomBytes(32).toString('base64');
    const whole = {
      region: '3306',
      keyEpoch: 2,
      digestTag: text,
      transportPublic: text,
      transportPrivate: text,
    };
    const { transportPrivate: _missing, ...less } = whole;
    for (const value of [
      less,
      { ...whole, digestTag: text.slice(4) },
      { ...whole, transportPublic: '*'.repeat(44) },
      { ...whole, region: 'x' },
      'keys',
    ]) {
      expect(readRegionKeys(boxOf(value))).toBeNull();
    }
    expect(readRegionKeys(new Uint8Array(Buffer.from('{"digestTag":')))).toBeNull();
  });
});
