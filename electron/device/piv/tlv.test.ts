import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementOf, readOnly, readTlvs, TlvError, writeTlv } from './tlv';

const element = fc.record({
  tag: fc.constantFrom(0x53, 0x70, 0x71, 0x7c, 0x82, 0xfe, 0x5fc10a, 0x7f49),
  value: fc.uint8Array({ maxLength: 700 }),
});

describe('BER-TLV', () => {
  // Bug: the length forms at 127/128 and 255/256 bytes are read otherwise than they are written.
  it('reads what it wrote', () =>
    fc.assert(
      fc.property(fc.array(element, { maxLength: 8 }), (elements) => {
        const bytes = Buffer.concat(elements.map(({ tag, value }) => writeTlv(tag, value)));
        expect(
          readTlvs(bytes).map(({ tag, value }) => ({ tag, value: Uint8Array.from(value) })),
        ).toEqual(elements.map(({ tag, value }) => ({ tag, value })));
      }),
    ));

  // Bug: a lying length reads beyond the answer, or a fuzzed one throws something that nobody catches.
  it('reads inside its bytes or refuses, whatever they are', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        try {
          const total = readTlvs(bytes).reduce((sum, { value }) => sum + value.length, 0);
          expect(total).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(TlvError);
        }
      }),
    ));

  // Bug: trailing bytes, doubled tags or an open length pass, and two readers see two certificates.
  it('refuses what can be read in two ways', () => {
    for (const hex of ['5380', '5305aa', '53830000', '53840000000100', '5f', '1f808001']) {
      expect(() => readTlvs(Buffer.from(hex, 'hex'))).toThrow(TlvError);
    }
    expect(() => readOnly(Buffer.from('5301aa5301bb', 'hex'), 0x53)).toThrow(TlvError);
    expect(() => readOnly(Buffer.from('5401aa', 'hex'), 0x53)).toThrow(TlvError);
    const twice = readTlvs(Buffer.from('7001aa7001bb', 'hex'));
    expect(() => elementOf(twice, 0x70)).toThrow(TlvError);
    expect(elementOf(twice, 0x71)).toBeUndefined();
  });
});
