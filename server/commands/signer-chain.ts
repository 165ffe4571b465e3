import { X509Certificate } from 'node:crypto';
import type { BitString } from 'asn1js';
import { Certificate } from 'pkijs';
import { sm2 } from 'sm-crypto-v2';

const OID_KEY_USAGE = '2.5.29.15';
const OID_SM2 = '1.2.156.10197.1.301';
const OID_SM2_SM3 = '1.2.156.10197.1.501';
/** First byte of KeyUsage (RFC 5280 §4.2.1.3). */
const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;
const KEY_CERT_SIGN = 0x04;
const MAX_LINKS = 6;

/** Why a certificate does not count: not from a trusted root, not (or no longer) in force, not meant for signatures. */
export type ChainFault = 'signer-issuer' | 'signer-expired' | 'signer-usage';

/**
 * Judges a signer's certificate, DER, at `atMs`: meant for signatures, in force, and issued under one of `roots` by way of
 * `pool` (RFC 5280 §6: names, signatures, validity and right to issue of every link; SM2 by GM/T 0015). Roots are taken
 * as they are. Anything malformed is of no issuer. Null where it counts.
 */
export function chainFault(
  leaf: Uint8Array,
  pool: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  atMs: number,
): ChainFault | null {
  try {
    const first = new X509Certificate(leaf);
    if (first.ca || !mayUse(first, DIGITAL_SIGNATURE | NON_REPUDIATION)) return 'signer-usage';
    const anchors = roots.map((der) => new X509Certificate(der));
    const chain = chainOf(first, [...anchors, ...readable(pool)], anchors);
    if (chain === undefined) return 'signer-issuer';
    return [first, ...chain].every((one) => isInForce(one, atMs)) ? null : 'signer-expired';
  } catch {
    return 'signer-issuer';
  }
}

/** From the issuer of `leaf` up to an anchor; undefined where there is no such way. */
function chainOf(
  leaf: X509Certificate,
  candidates: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  links = MAX_LINKS,
): X509Certificate[] | undefined {
  if (links === 0) return undefined;
  for (const parent of candidates) {
    if (!isIssuer(parent, leaf)) continue;
    if (anchors.some(({ fingerprint256 }) => fingerprint256 === parent.fingerprint256))
      return [parent];
    const rest = chainOf(parent, candidates, anchors, links - 1);
    if (rest !== undefined) return [parent, ...rest];
  }
  return undefined;
}

function isIssuer(parent: X509Certificate, child: X509Certificate): boolean {
  try {
    const isAllowed = parent.ca && mayUse(parent, KEY_CERT_SIGN) && child.checkIssued(parent);
    if (!isAllowed || parent.fingerprint256 === child.fingerprint256) return false;
    return isSm2(parent) ? isSignedBySm2(parent, child) : child.verify(parent.publicKey);
  } catch {
    // A kind of key that the engine does not know proves nothing.
    return false;
  }
}

const parse = ({ raw }: X509Certificate): Certificate => Certificate.fromBER(Uint8Array.from(raw));

function isSm2(certificate: X509Certificate): boolean {
  const { algorithmParams } = parse(certificate).subjectPublicKeyInfo.algorithm;
  return algorithmParams?.valueBlock?.toString() === OID_SM2;
}

/** Not by the engine: it takes no default ID through Node. */
function isSignedBySm2(parent: X509Certificate, child: X509Certificate): boolean {
  const { signatureAlgorithm, signatureValue, tbsView } = parse(child);
  if (signatureAlgorithm.algorithmId !== OID_SM2_SM3) return false;
  const key = parse(parent).subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  const signature = Buffer.from(signatureValue.valueBlock.valueHexView).toString('hex');
  const options = { der: true, hash: true };
  const point = Buffer.from(key).toString('hex');
  return sm2.doVerifySignature(Uint8Array.from(tbsView), signature, point, options);
}

/** Whether one of `bits` is set; a certificate without the extension may be used for anything. */
function mayUse(certificate: X509Certificate, bits: number): boolean {
  const usage = parse(certificate).extensions?.find(({ extnID }) => extnID === OID_KEY_USAGE);
  if (usage === undefined) return true;
  const [first = 0] = (usage.parsedValue as BitString).valueBlock.valueHexView;
  return (first & bits) !== 0;
}

function isInForce(certificate: X509Certificate, atMs: number): boolean {
  return Date.parse(certificate.validFrom) <= atMs && atMs <= Date.parse(certificate.validTo);
}

function readable(pool: readonly Uint8Array[]): X509Certificate[] {
  return pool.flatMap((der) => {
    try {
      return [new X509Certificate(der)];
    } catch {
      return [];
    }
  });
}
