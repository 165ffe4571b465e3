import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { BitString, fromBER, Integer, OctetString, PrintableString, Utf8String } from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificatePolicies,
  Extension,
  PolicyInformation,
  PublicKeyInfo,
} from 'pkijs';
import { PRACTICE_POLICY_OID } from '../../../../shared/protocol/practice-policy';

const YEAR_MS = 366 * 86_400_000;
const OID_ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const USAGE_CA = 0x06;
// digitalSignature, nonRepudiation, keyAgreement.
const USAGE_LEAF = 0xc8;

export interface TrainingHolder {
  readonly name: string;
  readonly badge: string;
  readonly office: string;
}

/** A key made on the spot: the leaf's PKCS#8 (to be sealed, then zeroed) and both certificates. */
export interface TrainingIdentity {
  readonly pkcs8: Buffer;
  readonly certificate: Uint8Array;
  readonly root: Uint8Array;
}

/**
 * Makes a P-256 key and its certificate under a root whose key is dropped at once: nothing else can ever be
 * issued below it. Both certificates carry the practice policy (RFC 5280 §4.2.1.4).
 */
export function makeTrainingIdentity(holder: TrainingHolder, nowMs: number): TrainingIdentity {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rootName = [
    attribute('2.5.4.10', holder.office),
    attribute('2.5.4.3', 'FieldCert 练习根（无效力）'),
  ];
  const leafName = [
    attribute('2.5.4.10', holder.office),
    attribute('2.5.4.5', holder.badge),
    attribute('2.5.4.3', `${holder.name}（练习）`),
  ];
  const issuerSpki = root.publicKey.export({ format: 'der', type: 'spki' });
  const common = { issuer: rootName, signer: root.privateKey, issuerSpki, nowMs };
  const rootDer = issue({ ...common, subject: rootName, key: root.publicKey, isCa: true });
  const leafDer = issue({ ...common, subject: leafName, key: leaf.publicKey, isCa: false });
  const pkcs8 = leaf.privateKey.export({ format: 'der', type: 'pkcs8' });
  return { pkcs8, certificate: leafDer, root: rootDer };
}

interface Issue {
  readonly subject: AttributeTypeAndValue[];
  readonly issuer: AttributeTypeAndValue[];
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly issuerSpki: Buffer;
  readonly isCa: boolean;
  readonly nowMs: number;
}

function issue(request: Issue): Uint8Array {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: positiveSerial() });
  certificate.issuer.typesAndValues = request.issuer;
  certificate.subject.typesAndValues = request.subject;
  certificate.notBefore.value = new Date(request.nowMs - 60_000);
  certificate.notAfter.value = new Date(request.nowMs + YEAR_MS);
  const spki = request.key.export({ format: 'der', type: 'spki' });
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({
    schema: fromBER(Uint8Array.from(spki)).result,
  });
  certificate.extensions = extensionsOf(request.isCa, spki, request.issuerSpki);
  certificate.signature = new AlgorithmIdentifier({ algorithmId: OID_ECDSA_SHA256 });
  certificate.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: OID_ECDSA_SHA256 });
  const tbs = certificate.encodeTBS();
  certificate.tbsView = new Uint8Array(tbs.toBER(false));
  const signature = sign('sha256', certificate.tbsView, request.signer);
  certificate.signatureValue = new BitString({ valueHex: Uint8Array.from(signature).buffer });
  return new Uint8Array(certificate.toSchema(true).toBER(false));
}

function extensionsOf(isCa: boolean, spki: Buffer, issuerSpki: Buffer): Extension[] {
  const usage = new BitString({
    valueHex: Uint8Array.of(isCa ? USAGE_CA : USAGE_LEAF).buffer,
    unusedBits: isCa ? 1 : 3,
  });
  const policies = new CertificatePolicies({
    certificatePolicies: [new PolicyInformation({ policyIdentifier: PRACTICE_POLICY_OID })],
  });
  const authority = new AuthorityKeyIdentifier({
    keyIdentifier: new OctetString({ valueHex: keyIdOf(issuerSpki) }),
  });
  return [
    extension('2.5.29.19', true, new BasicConstraints({ cA: isCa }).toSchema().toBER(false)),
    extension('2.5.29.15', true, usage.toBER(false)),
    extension('2.5.29.32', false, policies.toSchema().toBER(false)),
    extension('2.5.29.14', false, new OctetString({ valueHex: keyIdOf(spki) }).toBER(false)),
    extension('2.5.29.35', false, authority.toSchema().toBER(false)),
  ];
}

function keyIdOf(spki: Buffer): ArrayBuffer {
  return Uint8Array.from(createHash('sha256').update(spki).digest().subarray(0, 20)).buffer;
}

function extension(extnID: string, critical: boolean, extnValue: ArrayBuffer): Extension {
  return new Extension({ extnID, critical, extnValue });
}

function attribute(type: string, text: string): AttributeTypeAndValue {
  const value =
    type === '2.5.4.5' && /^[\w ./-]+$/u.test(text)
      ? new PrintableString({ value: text })
      : new Utf8String({ value: text });
  return new AttributeTypeAndValue({ type, value });
}

function positiveSerial(): ArrayBuffer {
  const bytes = Uint8Array.from(randomBytes(16));
  // A leading byte of 01–7F keeps the INTEGER positive and minimal.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.buffer;
}
