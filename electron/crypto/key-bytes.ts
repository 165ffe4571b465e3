import { randomFillSync } from 'node:crypto';

/**
 * A copy of a key that can be wiped. Typed arrays of up to 64 bytes that the engine allocates by itself lie in its
 * heap, and its collector moves what lives there: copies stay behind where no `fill(0)` reaches them. Bytes over a
 * buffer of their own lie outside and stay where they are.
 */
export function keyBytes(key: Uint8Array): Uint8Array {
  const bytes = emptyKey(key.length);
  bytes.set(key);
  return bytes;
}

/** Room for a key, of the same kind. */
export function emptyKey(bytes: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(bytes));
}

/** A new key of 32 random bytes. Not `randomBytes`, whose buffer comes with a copy. */
export function randomKey(): Uint8Array {
  return randomFillSync(emptyKey(32));
}
