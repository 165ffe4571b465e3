import { createCipheriv, createDecipheriv, type DecipherGCM, randomBytes } from 'node:crypto';
import { emptyKey } from './key-bytes';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM (SP 800-38D) with a random iv: `iv(12) ‖ ciphertext ‖ tag(16)`. For keys used far fewer than 2³² times. */
export function sealGcm(key: Uint8Array, plain: Uint8Array, aad: string): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(aad, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what `sealGcm` made; undefined when the key, the aad or a byte differs. The answer is the only copy
 * of the plain bytes, so the caller can zero them.
 */
export function openGcm(key: Uint8Array, sealed: Uint8Array, aad: string): Uint8Array | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(aad, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = openUnmoved(decipher, sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES));
  try {
    // GCM is a stream: nothing is left for the end but the check of the tag.
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return undefined;
  }
}

/**
 * Node decrypts into a buffer one byte too long and shrinks it. Where the lengths lie on both sides of a multiple of
 * sixteen the allocator moves the bytes and frees the old place as it is: the memory test found keys there. So the
 * last byte goes by itself then, and the parts are cleared.
 */
function openUnmoved(decipher: DecipherGCM, sealed: Uint8Array): Uint8Array {
  const cut = sealed.length % 16 === 0 ? Math.max(0, sealed.length - 1) : sealed.length;
  const plain = emptyKey(sealed.length);
  let at = 0;
  for (const piece of [sealed.subarray(0, cut), sealed.subarray(cut)]) {
    const part = decipher.update(piece);
    plain.set(part, at);
    part.fill(0);
    at += part.length;
  }
  return plain;
}
