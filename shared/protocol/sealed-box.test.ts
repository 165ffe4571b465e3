import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  webcrypto,
} from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxContext, openBox, SEALED_BOX_OVERHEAD_BYTES, sealBox } from './sealed-box';

const subtle = webcrypto.subtle;
function keys() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    spki: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    pkcs8: new Uint8Array(pair.privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}
const mine = keys();

describe('sealed box', () => {
  // Would catch: a box that cannot be opened, of any length including none.
  it('opens what it sealed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.string({ maxLength: 40 }),
        async (bytes, context) => {
          const box = await sealBox(subtle, mine.spki, bytes, context);
          expect(box.length).toBe(bytes.length + SEALED_BOX_OVERHEAD_BYTES);
          expect(await openBox(subtle, mine.pkcs8, box, context)).toEqual({
            ok: true,
            value: bytes,
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  // Would catch: a format that differs from its own description (checked by node:crypto without WebCrypto).
  it('is what the description says', async () => {
    const text = Buffer.from('区域密钥');
    const box = Buffer.from(await sealBox(subtle, mine.spki, text, boxContext.regionKeys('dev-1')));
    const point = box.subarray(1, 66);
    const own = createPrivateKey({ key: Buffer.from(mine.pkcs8), format: 'der', type: 'pkcs8' });
    const prefix = Buffer.from(mine.spki).subarray(0, 26);
    const sender = createPublicKey({
      key: Buffer.concat([prefix, point]),
      format: 'der',
      type: 'spki',
    });
    const z = diffieHellman({ privateKey: own, publicKey: sender });
    const salt = Buffer.concat([point, Buffer.from(mine.spki).subarray(26)]);
    const okm = Buffer.from(hkdfSync('sha256', z, salt, 'fieldcert sealed box v1', 44));
    const decipher = createDecipheriv('aes-256-gcm', okm.subarray(0, 32), okm.subarray(32));
    decipher.setAAD(Buffer.concat([Buffer.of(1), Buffer.from('region-keys|dev-1')]));
    decipher.setAuthTag(box.subarray(-16));
    expect(Buffer.concat([decipher.update(box.subarray(66, -16)), decipher.final()])).toEqual(text);
  });

  // Would catch: an altered, cut, foreign or re-used box being accepted, or one of them throwing.
  it('refuses every alteration as a value', async () => {
    const box = await sealBox(subtle, mine.spki, Buffer.from('secret'), 'a');
    expect((await openBox(subtle, mine.pkcs8, box, 'b')).ok).toBe(false);
    expect((await openBox(subtle, keys().pkcs8, box, 'a')).ok).toBe(false);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(box.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const altered = box.slice();
          altered[at] = (altered[at] ?? 0) ^ flip;
          expect((await openBox(subtle, mine.pkcs8, altered, 'a')).ok).toBe(false);
          expect((await openBox(subtle, mine.pkcs8, box.slice(0, at), 'a')).ok).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});
