import { createPublicKey, verify } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';

/** Whether an authority's key signed the bytes (r ‖ s); false for anything that does not verify, malformed keys too. */
export function verifyCodeSignature(
  alg: 'ES256' | 'SM2',
  key: string,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (alg === 'SM2')
      // GB/T 32918.2 with SM3 and the default ID.
      return sm2.doVerifySignature(bytes, Buffer.from(signature).toString('hex'), key, {
        hash: true,
      });
    const spki = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (spki.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return verify('sha256', bytes, { key: spki, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}
