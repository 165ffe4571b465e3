import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecdsaRawToDer } from './signature-format';

describe('ecdsaRawToDer', () => {
  // Bug: leading zeros or a set top bit give DER that strict verifiers refuse, once in some hundred signatures.
  it('agrees with what Node verifies as DER, for any signature', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
        const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
        expect(verify('sha256', message, publicKey, ecdsaRawToDer(raw))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  // Bug: an integer of leading zeros keeps them, or an all-zero half becomes an empty INTEGER.
  it('writes minimal positive integers', () => {
    const raw = new Uint8Array(64);
    raw[31] = 1;
    raw[32] = 0x80;
    const der = Buffer.from(ecdsaRawToDer(raw)).toString('hex');
    expect(der).toBe(`3026020101022100${'80'.padEnd(64, '0')}`);
  });
});
