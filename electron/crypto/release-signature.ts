import { createHash, createPublicKey, verify } from 'node:crypto';
import type { ReleaseCrypto } from '../../shared/protocol/release-trust';

/** What precedes a raw Ed25519 key in its SPKI form (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** SHA-256 and Ed25519 of Node, which BoringSSL has as well. */
export const releaseCrypto: ReleaseCrypto = {
  sha256Hex: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  verify: (publicKeyHex, bytes, signatureHex) => {
    try {
      const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKeyHex, 'hex')]);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      return verify(null, bytes, key, Buffer.from(signatureHex, 'hex'));
    } catch {
      return false;
    }
  },
};
