import { type CertificateFacts, readCertificate } from '../../../device/certificate';
import type { SignatureAlgorithm } from '../../../device/driver';
import { CMS_ALGORITHMS, type CmsAlgorithm, digestBytes, OID } from './algorithms';
import {
  decodeAll,
  decodeOne,
  encode,
  encodeInteger,
  encodeOid,
  encodeSetOf,
  encodeTime,
  TAG,
} from './der';
import { sm2Digest } from './sm2';

/** Who signs: leaf first, then its issuers as far as known. */
export interface CmsSigner {
  readonly algorithm: SignatureAlgorithm;
  readonly certificates: readonly Uint8Array[];
  readonly facts: CertificateFacts;
}

/** Reads a signer from its DER certificates. Throws `Error` for an unusable certificate. */
export function cmsSigner(certificates: readonly Uint8Array[]): CmsSigner {
  const [leaf] = certificates;
  if (leaf === undefined) throw new Error('no certificate');
  const facts = readCertificate(leaf);
  if (facts.algorithm === null) throw new Error('key type not supported');
  return { algorithm: facts.algorithm, certificates, facts };
}

/**
 * The signed attributes of RFC 5652 §5.4 with `signing-certificate-v2` (RFC 5035, CAdES-BES), as the DER SET
 * that is signed. Every certificate that will be embedded is listed, so that none can be exchanged.
 * `signingTimeMs` stays away in a PDF (ETSI EN 319 142-1 §5.3).
 */
export async function signedAttributes(
  signer: CmsSigner,
  contentDigest: Uint8Array,
  signingTimeMs: number | undefined,
): Promise<Uint8Array> {
  const { digestName, digestOid } = CMS_ALGORITHMS[signer.algorithm];
  const ids: Uint8Array[] = [];
  for (const certificate of signer.certificates) {
    // SHA-256 is the DEFAULT hashAlgorithm, which DER leaves out.
    const named = digestName === 'sha256' ? [] : [encode(TAG.sequence, encodeOid(digestOid))];
    const hash = encode(TAG.octetString, await digestBytes(digestName, certificate));
    ids.push(encode(TAG.sequence, ...named, hash));
  }
  const attributes = [
    attribute(OID.contentType, encodeOid(OID.data)),
    attribute(OID.messageDigest, encode(TAG.octetString, contentDigest)),
    attribute(OID.signingCertificateV2, encode(TAG.sequence, encode(TAG.sequence, ...ids))),
  ];
  if (signingTimeMs !== undefined)
    attributes.push(attribute(OID.signingTime, encodeTime(signingTimeMs)));
  return encodeSetOf(TAG.set, attributes);
}

/** What the token signs for these attributes: 32 bytes, for ES384 48. */
export async function digestToSign(signer: CmsSigner, attributes: Uint8Array): Promise<Uint8Array> {
  return signer.algorithm === 'SM2'
    ? sm2Digest(signer.facts.publicKey, attributes)
    : digestBytes(CMS_ALGORITHMS[signer.algorithm].digestName, attributes);
}

/** A detached SignedData (RFC 5652 §5.1), DER. */
export function buildCms(
  signer: CmsSigner,
  attributes: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  const algorithm = CMS_ALGORITHMS[signer.algorithm];
  const [leaf] = signer.certificates;
  if (leaf === undefined) throw new Error('no certificate');
  const signerInfo = encode(
    TAG.sequence,
    encodeInteger(1),
    issuerAndSerial(leaf),
    digestIdentifier(algorithm),
    encode(TAG.context0, decodeOne(attributes, TAG.set).content),
    identifier(algorithm.signatureOid, algorithm.hasNullParameter),
    encode(TAG.octetString, signature),
  );
  const signedData = encode(
    TAG.sequence,
    encodeInteger(1),
    encode(TAG.set, digestIdentifier(algorithm)),
    encode(TAG.sequence, encodeOid(OID.data)),
    encodeSetOf(TAG.context0, signer.certificates),
    encode(TAG.set, signerInfo),
  );
  return encode(TAG.sequence, encodeOid(OID.signedData), encode(TAG.context0, signedData));
}

/** IssuerAndSerialNumber, the bytes as they stand in the certificate. */
export function issuerAndSerial(certificateDer: Uint8Array): Uint8Array {
  const [tbs] = decodeAll(decodeOne(certificateDer, TAG.sequence).content);
  const fields = decodeAll(tbs?.content ?? new Uint8Array()).filter(
    (field) => field.tag !== TAG.context0,
  );
  const [serial, , issuer] = fields;
  if (serial === undefined || issuer === undefined) throw new RangeError('certificate');
  return encode(TAG.sequence, issuer.raw, serial.raw);
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return encode(TAG.sequence, encodeOid(oid), encode(TAG.set, value));
}

function digestIdentifier(algorithm: CmsAlgorithm): Uint8Array {
  return identifier(algorithm.digestOid, false);
}

function identifier(oid: string, hasNullParameter: boolean): Uint8Array {
  return encode(TAG.sequence, encodeOid(oid), ...(hasNullParameter ? [encode(TAG.null)] : []));
}
