import type { KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

/**
 * ECDSA P-256 over a digest that is already computed (FIPS 186-5 §6.4), DER. Node's `crypto.sign` would hash
 * again, and a token is handed digests, never messages.
 */
export function signPrehashed(key: KeyObject, digest: Uint8Array): Uint8Array {
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  try {
    return p256.sign(digest, scalar, { prehash: false, format: 'der' });
  } finally {
    scalar.fill(0);
  }
}
