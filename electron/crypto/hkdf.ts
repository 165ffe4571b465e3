import { createHmac } from 'node:crypto';
import { emptyKey } from './key-bytes';

const HASH_BYTES = 32;

/**
 * HKDF-SHA-256 (RFC 5869). `info` names the use of the key and never repeats for another use; the salt may be
 * empty where the secret is a uniformly random key. Throws RangeError beyond 255 blocks.
 *
 * Node's own hkdfSync makes a key object of the secret, and its copy stays in memory until the collector
 * comes by, long after a lock. An HMAC gives its state up with its digest.
 */
export function hkdf(
  secret: Uint8Array,
  info: string,
  lengthBytes: number,
  salt: Uint8Array = new Uint8Array(0),
): Uint8Array {
  if (lengthBytes > 255 * HASH_BYTES) throw new RangeError('HKDF: too much is asked for');
  const extracted = mac(salt, [secret]);
  const use = Buffer.from(info, 'utf8');
  const out = emptyKey(lengthBytes);
  let block: Uint8Array = new Uint8Array(0);
  for (let i = 1, at = 0; at < lengthBytes; i++, at += HASH_BYTES) {
    const next = mac(extracted, [block, use, Uint8Array.of(i)]);
    block.fill(0);
    block = next;
    out.set(block.subarray(0, Math.min(HASH_BYTES, lengthBytes - at)), at);
  }
  block.fill(0);
  extracted.fill(0);
  return out;
}

function mac(key: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
