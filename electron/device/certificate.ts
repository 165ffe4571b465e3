import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { Certificate, CertificatePolicies, RelativeDistinguishedNames } from 'pkijs';
import { PRACTICE_POLICY_OID } from '../../shared/protocol/practice-policy';
import type { CertificateBar, SignatureAlgorithm, TokenCertificate } from './driver';

const OID_RSA = '1.2.840.113549.1.1.1';
const OID_EC = '1.2.840.10045.2.1';
const OID_P256 = '1.2.840.10045.3.1.7';
const OID_P384 = '1.3.132.0.34';
const OID_SM2 = '1.2.156.10197.1.301';
const OID_KEY_USAGE = '2.5.29.15';
const OID_POLICIES = '2.5.29.32';
const MIN_RSA_BITS = 2_048;
/** RSA with MD2, MD4, MD5 and SHA-1 (with either of its names), ECDSA with SHA-1: collisions can be made. */
const BROKEN_SIGNATURES: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.3',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.3.14.3.2.29',
  '1.2.840.10045.4.1',
]);
/** Curves of less than 256 bits, whose logarithms are within reach of large organisations or soon: P-192, P-224 and theirs. */
const SHORT_CURVES: ReadonlySet<string> = new Set([
  '1.2.840.10045.3.1.1',
  '1.3.132.0.33',
  '1.3.132.0.8',
  '1.3.132.0.9',
  '1.3.132.0.30',
  '1.3.132.0.31',
  '1.3.132.0.32',
]);
const DAY_MS = 86_400_000;

/** Bits of the key usage's first octet: bit 0 of the BIT STRING is its highest. */
const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;
const KEY_ENCIPHERMENT = 0x20;
const DATA_ENCIPHERMENT = 0x10;
const KEY_AGREEMENT = 0x08;

// asn1js prints arcs beyond 64 bits in a form of its own: both sides of the comparison go through it.
const PRACTICE_POLICY = printedOid(PRACTICE_POLICY_OID);

const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

/** What this product reads from an X.509 certificate (RFC 5280). */
export interface CertificateFacts {
  readonly subject: string;
  readonly commonName: string;
  readonly organisation: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly algorithm: SignatureAlgorithm | null;
  /** DER SubjectPublicKeyInfo. */
  readonly spkiDer: Uint8Array;
  /** The public key's bit string: an EC point or a DER RSAPublicKey. */
  readonly publicKey: Uint8Array;
  /** digitalSignature or nonRepudiation allowed (or no key usage stated). */
  readonly canSign: boolean;
  /**
   * keyEncipherment for RSA, keyAgreement for P-256 and P-384, one of the enciphering uses for SM2 (or no key usage stated):
   * it may open what is wrapped to it.
   */
  readonly canUnwrap: boolean;
  readonly isPractice: boolean;
  /**
   * An RSA key below 2,048 bits, a curve below 256, or a certificate that its issuer signed with a broken digest
   * (SP 800-131A): it proves nobody's signature. A self-signed certificate's own signature proves nothing in any case, and is judged alike.
   */
  readonly isWeak: boolean;
}

/** Strict DER parse: a certificate with trailing bytes is refused. Throws `Error` on anything malformed. */
export function parseCertificate(der: Uint8Array): Certificate {
  const asn1 = fromBER(new Uint8Array(der));
  if (asn1.offset !== der.byteLength) throw new Error('certificate: malformed or trailing bytes');
  return new Certificate({ schema: asn1.result });
}

/** Reads the facts of a DER certificate. Throws `Error` on anything malformed. */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const certificate = parseCertificate(der);
  const spki = certificate.subjectPublicKeyInfo;
  return {
    subject: nameOf(certificate.subject),
    commonName: attributeOf(certificate.subject, '2.5.4.3'),
    organisation: attributeOf(certificate.subject, '2.5.4.10'),
    issuer: nameOf(certificate.issuer),
    serial: Buffer.from(certificate.serialNumber.valueBlock.valueHexView)
      .toString('hex')
      .toUpperCase(),
    notBeforeMs: certificate.notBefore.value.getTime(),
    notAfterMs: certificate.notAfter.value.getTime(),
    algorithm: algorithmOf(certificate),
    spkiDer: new Uint8Array(spki.toSchema().toBER(false)),
    publicKey: new Uint8Array(spki.subjectPublicKey.valueBlock.valueHexView),
    canSign: allows(certificate, DIGITAL_SIGNATURE | NON_REPUDIATION),
    canUnwrap: canUnwrap(certificate),
    isPractice: policiesOf(certificate).includes(PRACTICE_POLICY),
    isWeak: isWeak(certificate),
  };
}

/** Turns a certificate found on a token into what the page lists; `hasKey` tells that its key is there too. */
export function toTokenCertificate(
  keyRef: string,
  der: Uint8Array,
  chainDer: readonly Uint8Array[],
  hasKey: boolean,
  nowMs: number,
): TokenCertificate {
  const facts = readCertificate(der);
  return {
    keyRef,
    der,
    chainDer,
    subject: facts.subject,
    commonName: facts.commonName,
    organisation: facts.organisation,
    issuer: facts.issuer,
    serial: facts.serial,
    notBeforeMs: facts.notBeforeMs,
    notAfterMs: facts.notAfterMs,
    algorithm: facts.algorithm,
    isPractice: facts.isPractice,
    bar: barOf(facts, hasKey, nowMs),
    canUnwrap: facts.canUnwrap && hasKey && nowMs >= facts.notBeforeMs && nowMs <= facts.notAfterMs,
    daysLeft: Math.floor((facts.notAfterMs - nowMs) / DAY_MS),
  };
}

function barOf(facts: CertificateFacts, hasKey: boolean, nowMs: number): CertificateBar | null {
  if (!hasKey) return 'no-key';
  if (facts.isWeak) return 'weak';
  if (facts.algorithm === null) return 'algorithm';
  if (!facts.canSign) return 'usage';
  if (nowMs < facts.notBeforeMs) return 'not-yet-valid';
  if (nowMs > facts.notAfterMs) return 'expired';
  return null;
}

function algorithmOf(certificate: Certificate): SignatureAlgorithm | null {
  const algorithm = certificate.subjectPublicKeyInfo.algorithm;
  if (algorithm.algorithmId === OID_RSA) return isStrongRsa(certificate) ? 'RS256' : null;
  if (algorithm.algorithmId !== OID_EC) return null;
  const curve = curveOf(certificate);
  if (curve === OID_P256) return 'ES256';
  if (curve === OID_P384) return 'ES384';
  return curve === OID_SM2 ? 'SM2' : null;
}

const curveOf = ({ subjectPublicKeyInfo }: Certificate): string =>
  String(subjectPublicKeyInfo.algorithm.algorithmParams?.valueBlock ?? '');

function isWeak(certificate: Certificate): boolean {
  const { algorithmId } = certificate.subjectPublicKeyInfo.algorithm;
  if (algorithmId === OID_RSA && !isStrongRsa(certificate)) return true;
  if (algorithmId === OID_EC && SHORT_CURVES.has(curveOf(certificate))) return true;
  return BROKEN_SIGNATURES.has(certificate.signatureAlgorithm.algorithmId);
}

function canUnwrap(certificate: Certificate): boolean {
  const algorithm = algorithmOf(certificate);
  if (algorithm === 'RS256') return allows(certificate, KEY_ENCIPHERMENT);
  // Encryption certificates of Chinese authorities (GM/T 0015) state one of the three, or all.
  if (algorithm === 'SM2')
    return allows(certificate, KEY_ENCIPHERMENT | DATA_ENCIPHERMENT | KEY_AGREEMENT);
  return algorithm !== null && allows(certificate, KEY_AGREEMENT);
}

/** A modulus of 2,048 bits at least: shorter keys are no key at all (SP 800-131A). */
function isStrongRsa(certificate: Certificate): boolean {
  const key = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  const { result } = fromBER(key.slice());
  if (!(result instanceof Sequence)) return false;
  const [modulus] = result.valueBlock.value;
  if (!(modulus instanceof Integer)) return false;
  const bytes = modulus.valueBlock.valueHexView;
  const start = bytes.findIndex((byte) => byte !== 0);
  return (
    start >= 0 && (bytes.length - start) * 8 - Math.clz32(bytes[start] ?? 0) + 24 >= MIN_RSA_BITS
  );
}

/** Whether one of the uses is stated, or none at all (RFC 5280 section 4.2.1.3). */
function allows(certificate: Certificate, uses: number): boolean {
  const usage = certificate.extensions?.find((extension) => extension.extnID === OID_KEY_USAGE);
  if (usage === undefined) return true;
  const bits = fromBER(usage.extnValue.valueBlock.valueHexView.slice()).result
    .valueBlock as unknown as {
    readonly valueHexView: Uint8Array;
  };
  return ((bits.valueHexView[0] ?? 0) & uses) !== 0;
}

function policiesOf(certificate: Certificate): readonly string[] {
  const extension = certificate.extensions?.find((entry) => entry.extnID === OID_POLICIES);
  if (extension === undefined) return [];
  const value = extension.extnValue;
  if (!(value instanceof OctetString)) return [];
  const asn1 = fromBER(value.valueBlock.valueHexView.slice());
  if (asn1.offset === -1) return [];
  const policies = new CertificatePolicies({ schema: asn1.result });
  return policies.certificatePolicies.map((policy) => policy.policyIdentifier);
}

function printedOid(oid: string): string {
  const parsed = fromBER(new ObjectIdentifier({ value: oid }).toBER(false)).result;
  return String(parsed.valueBlock);
}

type Name = Certificate['subject'];

/** A DER Name as `readCertificate` words subjects and issuers. Throws `RangeError` on anything malformed. */
export function issuerName(der: Uint8Array): string {
  const asn1 = fromBER(new Uint8Array(der));
  if (asn1.offset !== der.byteLength) throw new RangeError('name: malformed');
  try {
    return nameOf(new RelativeDistinguishedNames({ schema: asn1.result }));
  } catch {
    throw new RangeError('name: malformed');
  }
}

function nameOf(name: Name): string {
  return name.typesAndValues
    .map(
      (part) => `${ATTRIBUTE_NAMES[part.type] ?? part.type}=${String(part.value.valueBlock.value)}`,
    )
    .join(', ');
}

function attributeOf(name: Name, oid: string): string {
  const part = name.typesAndValues.find((entry) => entry.type === oid);
  return part === undefined ? '' : String(part.value.valueBlock.value);
}
