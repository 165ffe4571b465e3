import { constants, createPublicKey, publicDecrypt } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { CertificateFacts } from '../certificate';
import type { SignatureAlgorithm } from '../driver';
import { ephemeralPoint, openEcWrapped } from '../key-wrap';
import { sha256DigestInfo } from '../signature-format';
import { readOaep } from './oaep';
import type { PivCard } from './piv-card';
import { CardRefusal } from './refusal';

const RSA_BYTES = 256;

/** How a key of a PIV card is addressed (SP 800-78-4, table 6-2), and how long a digest it signs. */
interface Kind {
  readonly number: number;
  readonly digestBytes: number;
}

const KINDS: Readonly<Partial<Record<SignatureAlgorithm, Kind>>> = {
  RS256: { number: 0x07, digestBytes: 32 },
  ES256: { number: 0x11, digestBytes: 32 },
  ES384: { number: 0x14, digestBytes: 48 },
};

/** The kind of a certificate's key; undefined for keys that PIV has not, RSA of another length than 2048 included. */
export function kindOf(facts: CertificateFacts): Kind | undefined {
  if (facts.algorithm === null) return undefined;
  if (facts.algorithm === 'RS256' && rsaBytes(facts) !== RSA_BYTES) return undefined;
  return KINDS[facts.algorithm];
}

/**
 * Signs a digest with 9C, which must have the PIN right before, and gives the signature out only after it held under
 * the certificate. Rejects like `PivCard`.
 */
export async function signDigest(
  card: PivCard,
  facts: CertificateFacts,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const kind = demandKind(facts);
  if (digest.length !== kind.digestBytes)
    throw new CardRefusal({ kind: 'unsupported', what: 'digest length' });
  const block = facts.algorithm === 'RS256' ? paddedBlock(digest) : digest;
  const signature = await card.compute('9c', kind.number, block);
  if (holds(facts, digest, signature)) return signature;
  const detail = 'the signature does not verify under the certificate';
  throw new CardRefusal({ kind: 'failed', layer: 'card', detail });
}

/** Opens what `wrapForToken` sealed to the certificate of 9D; undefined where it was altered. Rejects like `PivCard`. */
export async function openWrapped(
  card: PivCard,
  facts: CertificateFacts,
  wrapped: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { number } = demandKind(facts);
  if (facts.algorithm === 'RS256') {
    if (wrapped.length !== RSA_BYTES) return undefined;
    const block = await card.compute('9d', number, wrapped);
    const secret = block.length === RSA_BYTES ? readOaep(block) : undefined;
    block.fill(0);
    return secret;
  }
  const point = ephemeralPoint(wrapped, facts.algorithm);
  if (point === undefined) return undefined;
  const shared = await card.agree('9d', number, point);
  const secret = openEcWrapped(wrapped, point.length, shared);
  shared.fill(0);
  return secret;
}

function demandKind(facts: CertificateFacts): Kind {
  const kind = kindOf(facts);
  if (kind === undefined) throw new CardRefusal({ kind: 'unsupported', what: 'algorithm' });
  return kind;
}

/** EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) for a 2048-bit key. */
function paddedBlock(digest: Uint8Array): Uint8Array {
  const info = sha256DigestInfo(digest);
  const block = new Uint8Array(RSA_BYTES).fill(0xff);
  block.set([0, 1]);
  block[RSA_BYTES - info.length - 1] = 0;
  block.set(info, RSA_BYTES - info.length);
  return block;
}

function holds(facts: CertificateFacts, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (facts.algorithm === 'RS256') {
      const key = createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
      const opened = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
      return opened.equals(paddedBlock(digest));
    }
    const curve = facts.algorithm === 'ES384' ? p384 : p256;
    const form = { prehash: false, format: 'der', lowS: false } as const;
    return curve.verify(signature, digest, facts.publicKey, form);
  } catch {
    return false;
  }
}

function rsaBytes(facts: CertificateFacts): number {
  const key = createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}
