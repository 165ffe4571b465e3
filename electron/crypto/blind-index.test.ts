import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blindColumns, blindTag, blindTags } from './blind-index';
import { BLIND_KINDS, deriveFieldKeys } from './field-keys';

const { blind } = deriveFieldKeys(Buffer.alloc(32, 9), 1);
const id = fc.stringMatching(/^[1-9]\d{5}(19|20)\d{9}[\dX]$/);

describe('blind tags', () => {
  // Would catch: a typed fragment that does not find the row that has it.
  it('match what people type', () => {
    fc.assert(
      fc.property(fc.array(id, { minLength: 1, maxLength: 6 }), (ids) => {
        const tags = blindColumns(
          ids.map((idNumber) => ({ idType: 1, idNumber, phone: '13912345678' })),
          blind,
        );
        ids.forEach((text, i) => {
          expect(tags.whole[i]).toBe(blindTag('whole', ` ${text.toLowerCase()} `, blind.whole));
          expect(tags.region6[i]).toBe(blindTag('region6', text.slice(0, 6), blind.region6));
          expect(tags.birth8[i]).toBe(
            blindTag(
              'birth8',
              `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`,
              blind.birth8,
            ),
          );
          expect(tags.last4[i]).toBe(blindTag('last4', text.slice(-4), blind.last4));
          expect(tags.last6[i]).toBe(blindTag('last6', text.slice(-6), blind.last6));
          expect(tags.phone[i]).toBe(blindTag('phone', '+86 139 1234 5678', blind.phone));
          expect(tags.phoneLast4[i]).toBe(blindTag('phoneLast4', '5678', blind.phoneLast4));
        });
      }),
    );
  });

  // Would catch: two values packed into one block, so that a search finds the wrong person.
  it('differ for different values, of any alphabet and length', () => {
    const seen = new Map<number, string>();
    fc.assert(
      fc.property(
        fc.oneof(
          id,
          fc.string({ minLength: 1, maxLength: 30 }),
          fc.stringMatching(/^[A-Z0-9]{1,24}$/),
        ),
        (text) => {
          const normal = text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
          const tag = blindTag('whole', text, blind.whole);
          expect(tag === 0).toBe(normal === '');
          expect(Number.isSafeInteger(tag) && tag < 2 ** 48).toBe(true);
          expect(seen.get(tag) ?? normal).toBe(normal);
          seen.set(tag, normal);
        },
      ),
      { numRuns: 3000 },
    );
  });

  // Would catch: a list of which one text is looked up by the tag of another.
  it('are the same for many texts at once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(id, fc.string({ maxLength: 30 }), fc.constant(''))),
        fc.constantFrom(...BLIND_KINDS),
        (texts, kind) => {
          expect([...blindTags(kind, texts, blind[kind])]).toEqual(
            texts.map((text) => blindTag(kind, text, blind[kind])),
          );
        },
      ),
    );
  });

  // Would catch: any change of packing or cut, which would make every stored tag unfindable.
  it('is one AES block of the packed value', () => {
    const block = Buffer.alloc(16);
    block[0] = 4;
    // '1234' minus U+0020: 17 18 19 20 in 6 bits each.
    block.writeUIntBE(0b010001_010010_010011_010100, 1, 3);
    const cipher = createCipheriv('aes-256-ecb', blind.last4, null).setAutoPadding(false);
    expect(blindTag('last4', '1234', blind.last4)).toBe(cipher.update(block).readUIntBE(0, 6));
  });

  // Would catch: one key for all kinds (a last-6 tag would tell a region's), and tags where there is no fragment.
  it('are unrelated between kinds and absent where nothing is', () => {
    expect(new Set(BLIND_KINDS.map((kind) => blindTag(kind, '123456', blind[kind]))).size).toBe(
      BLIND_KINDS.length,
    );
    const tags = blindColumns(
      [null, { idType: 2, idNumber: 'E12345678' }, { idType: 1, idNumber: '650102900307123' }],
      blind,
    );
    expect(BLIND_KINDS.map((kind) => tags[kind][0])).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect([tags.region6[1], tags.birth8[1], tags.phone[1]]).toEqual([0, 0, 0]);
    expect(tags.birth8[2]).toBe(blindTag('birth8', '19900307', blind.birth8));
    expect(deriveFieldKeys(randomBytes(32), 1).blind.whole).not.toEqual(blind.whole);
  });
});
