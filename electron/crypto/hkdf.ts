import { hkdfSync } from 'node:crypto';

/**
 * HKDF-SHA-256 (RFC 5869). `info` names the use of the key and never repeats for another use; the salt may be
 * empty where the secret is a uniformly random key.
 */
export function hkdf(
  secret: Uint8Array,
  info: string,
  lengthBytes: number,
  salt: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, lengthBytes));
}
