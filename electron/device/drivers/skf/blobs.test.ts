import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cipherBlob,
  isKeyOf,
  readNames,
  signatureToDer,
  terminated,
  ulongWidth,
  withoutPadding,
} from './blobs';

const name = fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) =>
  // Any byte but the one that separates.
  Buffer.from(bytes.map((byte) => byte || 1)),
);

describe('structures of GM/T 0016', () => {
  // Bug: names are decoded as text and cannot be opened again; a list without its last NUL loses a name.
  it('reads back every list of names, with one or two NULs at its end', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), fc.boolean(), (names, isShort) => {
        const list = Buffer.concat([...names.map(terminated), Buffer.from(isShort ? [] : [0])]);
        expect(readNames(list)).toEqual(names);
      }),
    );
  });

  // Bug: a list without any NUL, or of a million names, fills the memory or the page.
  it('refuses lists that no token has', () => {
    expect(() => readNames(Buffer.alloc(60_000, 'A'))).toThrow();
    expect(() => readNames(Buffer.from('A\0'.repeat(65)))).toThrow();
    expect(readNames(Buffer.from('A\0'.repeat(64)))).toHaveLength(64);
    expect(readNames(Buffer.alloc(0))).toEqual([]);
  });

  // Bug: a number with a high bit becomes negative in DER, or one beyond 32 bytes is cut to fit.
  it('takes signatures of two numbers of 32 bytes only', () => {
    const blob = Buffer.alloc(128);
    blob.fill(0xff, 32, 64);
    blob[127] = 1;
    const der = Buffer.from(signatureToDer(blob)).toString('hex');
    expect(der).toBe(`3026022100${'ff'.repeat(32)}020101`);
    for (const at of [0, 31, 64, 95]) {
      const wrong = Buffer.from(blob);
      wrong[at] = 1;
      expect(() => signatureToDer(wrong)).toThrow();
    }
    expect(() => signatureToDer(Buffer.alloc(128))).toThrow();
  });

  // Bug: on a build with 8-byte ULONG every field behind the first is read from the wrong place.
  it('knows a key in both widths, and no other key', () => {
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
    for (const width of [4, 8]) {
      const blob = Buffer.alloc(width + 128);
      blob.fill(1, width + 32, width + 64);
      blob.fill(2, width + 96, width + 128);
      expect(ulongWidth(blob)).toBe(width);
      expect(isKeyOf(point, true, blob)).toBe(true);
      blob[width] = 1;
      expect(isKeyOf(point, true, blob)).toBe(false);
    }
    expect(() => ulongWidth(Buffer.alloc(134))).toThrow();
    expect(cipherBlob(Buffer.alloc(112, 7), 4)).toHaveLength(64 + 64 + 32 + 4 + 16);
    expect(cipherBlob(Buffer.alloc(112, 7), 8).readBigUInt64LE(160)).toBe(16n);
  });

  // Bug: a certificate that a library pads to its buffer is hidden as malformed; or bytes that are no padding are cut off.
  it('cuts zeros behind a certificate, and nothing else', () => {
    const der = Buffer.concat([Buffer.from('30820200', 'hex'), Buffer.alloc(512, 7)]);
    const padded = Buffer.concat([der, Buffer.alloc(100)]);
    expect(withoutPadding(padded).equals(der)).toBe(true);
    expect(withoutPadding(der).equals(der)).toBe(true);
    padded[700 - 100] = 1;
    expect(withoutPadding(padded).equals(padded)).toBe(true);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(withoutPadding(Buffer.from(bytes)).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  // Bug: an RSA key is not found again where a vendor writes the modulus at the other end of its field.
  it('finds an RSA modulus wherever the vendor puts it', () => {
    for (const modulusLength of [1024, 2048]) {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
      const der = publicKey.export({ format: 'der', type: 'pkcs1' });
      const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
      const left = Buffer.concat([Buffer.alloc(8), modulus, Buffer.alloc(132)]);
      const right = Buffer.concat([Buffer.alloc(136), modulus, Buffer.alloc(4)]);
      expect(isKeyOf(der, false, left)).toBe(true);
      expect(isKeyOf(der, false, right)).toBe(true);
      modulus[5] = (modulus[5] ?? 0) ^ 1;
      expect(isKeyOf(der, false, Buffer.concat([Buffer.alloc(8), modulus]))).toBe(false);
    }
  });
});
