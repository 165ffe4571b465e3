import {
  constants,
  createECDH,
  createHash,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { type CertificateFacts, readCertificate } from '../../../device/certificate';
import { issuerAndSerial } from '../cms/build';
import { encode, encodeInteger, encodeOid, TAG } from '../cms/der';
import { wrapAesKey } from './key-wrap';

const OID = {
  oaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecPublicKey: '1.2.840.10045.2.1',
  ecdhSha256: '1.3.132.1.11.1',
  aes256Wrap: '2.16.840.1.101.3.4.1.45',
} as const;
const CONTEXT_1 = 0xa1;
const CONTEXT_2 = 0xa2;
/** Curves whose keys receive, by the algorithm that readCertificate gives their signatures. */
const CURVES = { ES256: 'prime256v1', ES384: 'secp384r1' } as const;

/** Why nothing can be encrypted to a certificate. */
export type RecipientFault = 'sm2' | 'weak' | 'kind' | 'usage' | 'not-yet-valid' | 'expired';

/**
 * Whether files can be encrypted to this certificate at a moment; undefined: yes. SM2 cannot: no common reader opens
 * such an envelope, and a file that its recipient cannot open is worse than a refusal.
 */
export function recipientFault(facts: CertificateFacts, nowMs: number): RecipientFault | undefined {
  const { algorithm } = facts;
  if (algorithm === 'SM2') return 'sm2';
  // A short RSA key is none at all to readCertificate.
  if (algorithm === null) return keyOf(facts)?.asymmetricKeyType === 'rsa' ? 'weak' : 'kind';
  if (!facts.canUnwrap) return 'usage';
  if (nowMs < facts.notBeforeMs) return 'not-yet-valid';
  return nowMs > facts.notAfterMs ? 'expired' : undefined;
}

/**
 * RecipientInfo (RFC 5652 §6.2) that carries a 32-byte content key: RSAES-OAEP with SHA-256 (RFC 4056), or ephemeral
 * ECDH with the X9.63 KDF over SHA-256 and AES-256 key wrap (RFC 5753 §3). Throws `RangeError` for other keys.
 */
export function recipientInfo(der: Uint8Array, contentKey: Uint8Array): Uint8Array {
  const facts = readCertificate(der);
  if (facts.algorithm === 'RS256') return transport(der, facts, contentKey);
  if (facts.algorithm === 'ES256' || facts.algorithm === 'ES384')
    return agreement(der, facts.publicKey, CURVES[facts.algorithm], contentKey);
  throw new RangeError('recipient: this kind of key is not supported');
}

function transport(der: Uint8Array, facts: CertificateFacts, contentKey: Uint8Array): Uint8Array {
  const sha256 = encode(TAG.sequence, encodeOid(OID.sha256), encode(TAG.null));
  const mgf1 = encode(TAG.sequence, encodeOid(OID.mgf1), sha256);
  const parameters = encode(TAG.sequence, encode(TAG.context0, sha256), encode(CONTEXT_1, mgf1));
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const key = keyOf(facts);
  if (key === undefined) throw new RangeError('recipient: unreadable key');
  const sealed = publicEncrypt({ key, padding, oaepHash: 'sha256' }, contentKey);
  return encode(
    TAG.sequence,
    encodeInteger(0),
    issuerAndSerial(der),
    encode(TAG.sequence, encodeOid(OID.oaep), parameters),
    encode(TAG.octetString, sealed),
  );
}

function agreement(
  der: Uint8Array,
  publicKey: Uint8Array,
  curve: string,
  contentKey: Uint8Array,
): Uint8Array {
  const ephemeral = createECDH(curve);
  const point = ephemeral.generateKeys();
  const shared = ephemeral.computeSecret(publicKey);
  const wrapAlgorithm = encode(TAG.sequence, encodeOid(OID.aes256Wrap));
  const kek = deriveKek(shared, wrapAlgorithm);
  const wrapped = wrapAesKey(kek, contentKey);
  shared.fill(0);
  kek.fill(0);
  const originator = encode(
    CONTEXT_1,
    encode(TAG.sequence, encodeOid(OID.ecPublicKey)),
    encode(TAG.bitString, Uint8Array.of(0), point),
  );
  return encode(
    CONTEXT_1,
    encodeInteger(3),
    encode(TAG.context0, originator),
    encode(TAG.sequence, encodeOid(OID.ecdhSha256), wrapAlgorithm),
    encode(
      TAG.sequence,
      encode(TAG.sequence, issuerAndSerial(der), encode(TAG.octetString, wrapped)),
    ),
  );
}

/** ANSI X9.63 KDF, one block of SHA-256 over Z ‖ 1 ‖ ECC-CMS-SharedInfo (RFC 5753 §7.2). */
function deriveKek(shared: Uint8Array, wrapAlgorithm: Uint8Array): Buffer {
  const keyBits = encode(TAG.octetString, Uint8Array.of(0, 0, 1, 0));
  const info = encode(TAG.sequence, wrapAlgorithm, encode(CONTEXT_2, keyBits));
  return createHash('sha256')
    .update(shared)
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(info)
    .digest();
}

/** Undefined for keys that this engine does not know. */
function keyOf(facts: CertificateFacts): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
