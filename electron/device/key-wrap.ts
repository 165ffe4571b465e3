import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createPublicKey,
  ECDH,
  hkdfSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { readCertificate } from './certificate';
import type { SignatureAlgorithm } from './driver';
import { wrapSm2 } from './key-wrap-sm2';

/** The curves of keys that wrap, by how their keys sign. */
const CURVES = { ES256: ['prime256v1', 65], ES384: ['secp384r1', 97] } as const;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const INFO = 'fieldcert token wrap v1';

/**
 * Wraps a secret of at most 64 bytes to a token's certificate, so that only `unwrap` with the PIN opens it.
 * P-256 and P-384: ephemeral ECDH, HKDF-SHA-256, AES-256-GCM: `point(65 or 97) ‖ iv(12) ‖ ciphertext ‖ tag(16)`.
 * RSA: OAEP with SHA-1 and MGF1-SHA-1, the one form that every token has (its safety does not rest on collisions).
 * SM2: what GM/T 0016 opens, see `wrapSm2`. Throws `RangeError` for an unknown key.
 */
export function wrapForToken(certificateDer: Uint8Array, secret: Uint8Array): Uint8Array {
  if (secret.length > 64) throw new RangeError('secret too long to wrap');
  const facts = readCertificate(certificateDer);
  if (facts.algorithm === 'RS256') {
    const key = createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
    return publicEncrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      secret,
    );
  }
  if (facts.algorithm === 'SM2') return wrapSm2(facts.publicKey, secret);
  if (facts.algorithm === null) throw new RangeError('this key cannot wrap');
  const ephemeral = createECDH(CURVES[facts.algorithm][0]);
  const point = ephemeral.generateKeys();
  const shared = ephemeral.computeSecret(facts.publicKey);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', wrapKey(shared, point), iv);
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  shared.fill(0);
  return Buffer.concat([point, iv, sealed, cipher.getAuthTag()]);
}

/** The ephemeral point of an EC-wrapped secret, uncompressed; undefined when it is not of that form. */
export function ephemeralPoint(
  wrapped: Uint8Array,
  algorithm: SignatureAlgorithm | null,
): Uint8Array | undefined {
  if (algorithm !== 'ES256' && algorithm !== 'ES384') return undefined;
  const [curve, pointBytes] = CURVES[algorithm];
  if (wrapped.length <= pointBytes + IV_BYTES + TAG_BYTES || wrapped[0] !== 4) return undefined;
  const point = wrapped.slice(0, pointBytes);
  try {
    ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed');
    return point;
  } catch {
    return undefined;
  }
}

/** Opens an EC-wrapped secret with the x coordinate that the token derived; undefined when it was altered. */
export function openEcWrapped(
  wrapped: Uint8Array,
  pointBytes: number,
  shared: Uint8Array,
): Uint8Array | undefined {
  const point = wrapped.subarray(0, pointBytes);
  const iv = wrapped.subarray(pointBytes, pointBytes + IV_BYTES);
  const sealed = wrapped.subarray(pointBytes + IV_BYTES, wrapped.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', wrapKey(shared, point), iv, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return undefined;
  }
}

function wrapKey(shared: Uint8Array, point: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, point, INFO, 32));
}
