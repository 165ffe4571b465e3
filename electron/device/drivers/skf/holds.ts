import { createPublicKey, publicDecrypt } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { CertificateFacts } from '../../certificate';
import { sha256DigestInfo } from '../../signature-format';

/** Tells whether a token's signature over a digest is one of its certificate's key. Throws nothing. */
export type Holds = (digest: Uint8Array, signature: Uint8Array) => boolean;

/** Bits at a time that the key's multiples are made for: more would take longer to make than a session saves by them. */
const WINDOW_BITS = 2;

/**
 * What verifies the signatures of one session, before any is given out. No engine here has SM2 for digests, so it is
 * JavaScript, and a table of the key's multiples, made once, is most of what a signature would wait for. A key that is
 * no point holds nothing.
 */
export function holdsBy({ algorithm, publicKey, spkiDer }: CertificateFacts): Holds {
  const verify = algorithm === 'RS256' ? rsaBy(spkiDer) : sm2By(publicKey);
  return (digest, signature) => {
    try {
      return verify?.(digest, signature) ?? false;
    } catch {
      return false;
    }
  };
}

function rsaBy(spkiDer: Uint8Array): Holds {
  const key = createPublicKey({ key: Buffer.from(spkiDer), format: 'der', type: 'spki' });
  return (digest, signature) =>
    publicDecrypt(key, signature).equals(Buffer.from(sha256DigestInfo(digest)));
}

function sm2By(publicKey: Uint8Array): Holds | undefined {
  try {
    const point = sm2.precomputePublicKey(Buffer.from(publicKey).toString('hex'), WINDOW_BITS);
    const form = { der: true, hash: false } as const;
    return (e, signature) =>
      sm2.doVerifySignature(
        Uint8Array.from(e),
        Buffer.from(signature).toString('hex'),
        point,
        form,
      );
  } catch {
    return undefined;
  }
}
