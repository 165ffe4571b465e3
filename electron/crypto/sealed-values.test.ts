import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PersonPrivate } from '../../shared/domain/model';
import { deriveFieldKeys } from './field-keys';
import { openNumber, openPerson, sealNumbers, sealPersons } from './sealed-values';

const keys = deriveFieldKeys(randomBytes(32), 3);
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const person: fc.Arbitrary<PersonPrivate> = fc
  .record({
    idType: fc.integer({ min: 1, max: 5 }),
    idNumber: text,
    phone: fc.option(text, { nil: undefined }),
  })
  .map(({ phone, ...rest }) => (phone === undefined ? rest : { ...rest, phone }));
const rowOf = (rows: { bytes: Uint8Array; offsets: Uint32Array }, i: number) =>
  rows.bytes.slice(rows.offsets[i], rows.offsets[i + 1]);

describe('sealed values', () => {
  // Would catch: rows mixed up, an absent phone turning into an empty one, null rows taking bytes.
  it('opens what it sealed, row by row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(person), { maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 1n << 60n }),
        (people, first) => {
          const rows = sealPersons(people, keys, first);
          people.forEach((value, i) => {
            const blob = rowOf(rows, i);
            if (value === null) expect(blob.length).toBe(0);
            else expect(openPerson(blob, keys)).toEqual({ ok: true, value });
          });
        },
      ),
    );
    const number = 'T65010219900307123X';
    expect(openNumber(rowOf(sealNumbers([null, number], keys, 9n), 1), keys)).toEqual({
      ok: true,
      value: number,
    });
  });

  // Would catch: a counter shared by two rows (equal people would give equal blobs) or plain text in a blob.
  it('hides that two rows are equal', () => {
    const value = { idType: 1, idNumber: '650102199003071234', phone: '13912345678' };
    const rows = sealPersons([value, value, value], keys, 5n);
    const bodies = [0, 1, 2].map((i) => Buffer.from(rowOf(rows, i).subarray(11)).toString('hex'));
    expect(new Set(bodies).size).toBe(3);
    expect(Buffer.from(rows.bytes).includes('650102')).toBe(false);
  });

  // Would catch: an exception, an endless loop or a silent wrong answer on bytes from a damaged file.
  it('answers every foreign blob with a value', () => {
    const blob = rowOf(sealPersons([{ idType: 1, idNumber: '650102199003071234' }], keys, 1n), 0);
    expect(openPerson(Uint8Array.of(2, ...blob.slice(1)), keys)).toEqual({
      ok: false,
      error: 'version-unknown',
    });
    expect(openPerson(blob, deriveFieldKeys(randomBytes(32), 4))).toEqual({
      ok: false,
      error: 'key-version-unknown',
    });
    for (let length = 0; length < blob.length; length++)
      expect(openPerson(blob.slice(0, length), keys).ok).toBe(false);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 700 }),
        (bytes) => typeof openPerson(bytes, keys).ok === 'boolean',
      ),
    );
    expect(() => sealPersons([{ idType: 1, idNumber: '' }], keys, 1n)).toThrow(RangeError);
    expect(() => sealPersons([{ idType: 1, idNumber: '1'.repeat(256) }], keys, 1n)).toThrow(
      RangeError,
    );
  });
});
