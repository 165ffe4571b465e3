import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEnrolCode, parseEnrolCode, sixtyBits } from './enrol-code';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const part = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(sixtyBits);
const code = fc.record({ secret: part, caPrefix: part });

describe('enrolment code', () => {
  // Would catch: a code that the office cannot type back, in whatever spelling.
  it('reads back what it prints, as people type it', () => {
    fc.assert(
      fc.property(code, (parts) => {
        const text = formatEnrolCode(parts);
        expect(text).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
        const typed = text
          .toLowerCase()
          .replaceAll('-', ' – ')
          .replaceAll('0', 'o')
          .replaceAll('1', 'l');
        expect(parseEnrolCode(typed)).toEqual({ ok: true, value: parts });
      }),
    );
  });

  // Would catch: a mistyped code that reaches the server and burns a try, or names another CA.
  it('finds every wrong character and every swap of neighbours', () => {
    fc.assert(
      fc.property(code, fc.nat(24), fc.nat(30), (parts, at, other) => {
        const plain = formatEnrolCode(parts).replaceAll('-', '');
        const letter = ALPHABET.replace(plain.charAt(at), '').charAt(other);
        expect(parseEnrolCode(plain.slice(0, at) + letter + plain.slice(at + 1)).ok).toBe(false);
        const to = Math.min(at, 23);
        fc.pre(plain[to] !== plain[to + 1]);
        const swapped =
          plain.slice(0, to) + plain.charAt(to + 1) + plain.charAt(to) + plain.slice(to + 2);
        expect(parseEnrolCode(swapped)).toEqual({ ok: false, error: 'check' });
      }),
    );
  });

  // Would catch: a prefix taken from other bits than the fingerprint's first sixty.
  it('takes the first sixty bits', () => {
    expect(sixtyBits(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x1f))).toBe('ZZZZZZZZ0001');
    expect(parseEnrolCode('U'.repeat(25))).toEqual({ ok: false, error: 'characters' });
    expect(parseEnrolCode('0'.repeat(24))).toEqual({ ok: false, error: 'length' });
  });
});
