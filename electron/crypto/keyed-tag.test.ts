import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyedTagger } from './keyed-tag';

describe('keyed tags', () => {
  // Would catch: a tag other than the server's, or state that leaks from one row into the next.
  it('are HMAC-SHA-256 of the canonical JSON, cut to 16 bytes', async () => {
    const key = randomBytes(32);
    const tagger = await createKeyedTagger(key);
    const row = fc.option(
      fc.record({ phone: fc.string(), idNumber: fc.string(), idType: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const tags = Buffer.from(tagger.column(rows));
        rows.forEach((value, i) => {
          const nfc =
            value === null
              ? ''
              : `{"idNumber":${JSON.stringify(value.idNumber.normalize('NFC'))},"idType":${value.idType},"phone":${JSON.stringify(value.phone.normalize('NFC'))}}`;
          const expected =
            value === null
              ? Buffer.alloc(16)
              : createHmac('sha256', key).update(nfc).digest().subarray(0, 16);
          expect(tags.subarray(16 * i, 16 * i + 16)).toEqual(expected);
        });
      }),
    );
  });
});
