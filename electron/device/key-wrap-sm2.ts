import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { sm4Blocks } from '../crypto/sm4';

const VERSION = 1;
const KEY_BYTES = 16;
const BLOCK_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** x, y, hash and a cipher as long as the key. */
const CIPHERTEXT_BYTES = 96 + KEY_BYTES;
const HEAD_BYTES = 1 + CIPHERTEXT_BYTES + BLOCK_BYTES;
const INFO = 'fieldcert token wrap sm2 v1';

/** What a token opens: a session key wrapped to its encryption key, and a block under that session key. */
export interface Sm2Wrapped {
  /** SM2 ciphertext of the 16-byte session key (GB/T 32918.4): `x(32) ‖ y(32) ‖ hash(32) ‖ cipher(16)`. */
  readonly sessionKey: Uint8Array;
  /** 32 random bytes in SM4-ECB under the session key: two blocks, no structure that ECB could show. */
  readonly block: Uint8Array;
}

/**
 * Wraps a secret to an SM2 key the way GM/T 0016 can open it: tokens hand out no SM2 plaintext, but they import a
 * session key and decrypt with it. The 32 bytes they decrypt are the seed of an AES-256-GCM key that seals the
 * secret and binds all before it: `version(1) ‖ session key(112) ‖ block(32) ‖ iv(12) ‖ ciphertext ‖ tag(16)`.
 * `publicKey` is the uncompressed point, 65 bytes.
 */
export function wrapSm2(publicKey: Uint8Array, secret: Uint8Array): Uint8Array {
  const sessionKey = randomBytes(KEY_BYTES);
  const seed = randomBytes(BLOCK_BYTES);
  const point = Buffer.from(publicKey).toString('hex');
  const ciphertext = Buffer.from(sm2.doEncrypt(new Uint8Array(sessionKey), point, 1), 'hex');
  const block = sm4Blocks(new Uint8Array(seed), new Uint8Array(sessionKey));
  const head = Buffer.concat([Buffer.from([VERSION]), ciphertext, block]);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealKey(seed, head), iv).setAAD(head);
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  sessionKey.fill(0);
  seed.fill(0);
  return Buffer.concat([head, iv, sealed, cipher.getAuthTag()]);
}

/** The parts for the token; undefined when it is not of this form. */
export function readSm2Wrapped(wrapped: Uint8Array): Sm2Wrapped | undefined {
  if (wrapped[0] !== VERSION || wrapped.length <= HEAD_BYTES + IV_BYTES + TAG_BYTES)
    return undefined;
  return {
    sessionKey: wrapped.subarray(1, 1 + CIPHERTEXT_BYTES),
    block: wrapped.subarray(1 + CIPHERTEXT_BYTES, HEAD_BYTES),
  };
}

/** Opens a wrapped secret with the seed that the token decrypted; undefined when it was altered. */
export function openSm2Wrapped(wrapped: Uint8Array, seed: Uint8Array): Uint8Array | undefined {
  const head = wrapped.subarray(0, HEAD_BYTES);
  const iv = wrapped.subarray(HEAD_BYTES, HEAD_BYTES + IV_BYTES);
  const sealed = wrapped.subarray(HEAD_BYTES + IV_BYTES, wrapped.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', sealKey(seed, head), iv, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(head);
  decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return undefined;
  }
}

function sealKey(seed: Uint8Array, head: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, head, INFO, 32));
}
