import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromBER, ObjectIdentifier } from 'asn1js';
import { Certificate, CertificatePolicies } from 'pkijs';
import { sm2 } from 'sm-crypto-v2';
import {
  type IntentKind,
  type IntentOf,
  openIntent,
  type SignedIntent,
} from '../../shared/protocol/intents';
import { PRACTICE_POLICY_OID } from '../../shared/protocol/practice-policy';
import { findOffice } from '../store/offices';
import { certificatesOf, noteSigner, type Signer } from '../store/signers';
import type { SqlRunner } from '../store/sql-client';
import type { Bench } from './bench';
import { type ChainFault, chainFault } from './signer-chain';

const OID_POLICIES = '2.5.29.32';
const OID_COMMON_NAME = '2.5.4.3';
const OID_EC = '1.2.840.10045.2.1';
const OID_RSA = '1.2.840.113549.1.1.1';
/** Named curve of each algorithm; RSA has none. */
const CURVES: Readonly<Record<SignedIntent['alg'], string | null>> = {
  ES256: '1.2.840.10045.3.1.7',
  ES384: '1.3.132.0.34',
  SM2: '1.2.156.10197.1.301',
  RS256: null,
};
/** Clocks of offices go wrong by less. */
const SKEW_MS = 600_000;
/** Authorities renew a certificate this long before it ends. */
const RENEWAL_MS = 60 * 86_400_000;

/** `signer-late`: made in time by its own word, here only after its certificate ended. */
export type IssuerFault = ChainFault | 'signer-late';

export type SignerFault =
  | IssuerFault
  | 'signer-signature'
  | 'signer-foreign'
  | 'signer-practice'
  | 'signer-other';

/** An intent whose signature holds, is of the command's actor on this device, and under a certificate then in force. */
export type HeldIntent<K extends IntentKind> =
  | { readonly ok: true; readonly intent: IntentOf<K>; readonly signer: Signer }
  | { readonly ok: false; readonly fault: SignerFault };

/**
 * Judges a signed intent of a command. The certificate's issuer is judged where roots are configured, at the time of
 * receipt, or of the earlier one that is proven; what binds it to the person is that the person's unlocked device sent it, and that later signatures are
 * compared with it (DECISIONS.md).
 */
export async function heldIntent<K extends IntentKind>(
  bench: Bench,
  kind: K,
  signed: SignedIntent,
): Promise<HeldIntent<K>> {
  const { runner, device, command, nowMs } = bench;
  const opened = await openIntent(kind, signed, verifyIntent);
  if (!opened.ok) return { ok: false, fault: 'signer-signature' };
  const intent = opened.value;
  const { userId, atMs } = intent;
  const isOwn =
    userId === command.actor && intent.device === device.id && intent.office === device.office;
  if (!isOwn) return { ok: false, fault: 'signer-foreign' };
  const der = ownDer(signed);
  const certificate = Certificate.fromBER(der);
  const notAfterMs = certificate.notAfter.value.getTime();
  const isInForce = certificate.notBefore.value.getTime() - SKEW_MS <= atMs && atMs <= notAfterMs;
  if (!isInForce) return { ok: false, fault: 'signer-expired' };
  const office = await findOffice(runner, device.office);
  if (isPractice(certificate) && office?.isPractice !== true)
    return { ok: false, fault: 'signer-practice' };
  const [, ...pool] = signed.certificates.map((one) => Buffer.from(one, 'base64'));
  const fault = await issuerFault(bench, der, pool, atMs);
  if (fault !== null) return { ok: false, fault };
  const signer = signerOf(certificate, der, device.office, userId);
  // What signs the agreement is recorded by it; everything else is compared with what is recorded.
  if (kind !== 'agreement' && !(await isKnownSigner(runner, signer, atMs, nowMs)))
    return { ok: false, fault: 'signer-other' };
  return { ok: true, intent, signer };
}

const signerOf = (
  certificate: Certificate,
  der: Uint8Array,
  office: string,
  userId: string,
): Signer => ({
  office,
  userId,
  certificate: createHash('sha256').update(der).digest('hex'),
  subject: commonNameOf(certificate),
  notAfterMs: certificate.notAfter.value.getTime(),
});

/** A person's certificate as it is recorded; null for what is none. */
export function signerOfDer(der: Uint8Array, office: string, userId: string): Signer | null {
  try {
    return signerOf(Certificate.fromBER(Uint8Array.from(der)), der, office, userId);
  } catch {
    return null;
  }
}

/**
 * Whether the chain of a signer's certificate counts when the signature came here; null where it does, where no roots are
 * configured, and for practice offices, whose keys no authority issued. `atMs`: when it was made, by its own word.
 */
export async function issuerFault(
  { runner, device, nowMs, provenMs, isLateAccepted, signerRoots }: Bench,
  der: Uint8Array,
  pool: readonly Uint8Array[],
  atMs: number,
): Promise<IssuerFault | null> {
  if (signerRoots.length === 0) return null;
  const office = await findOffice(runner, device.office);
  if (office?.isPractice === true) return null;
  const hereMs = Math.min(nowMs, provenMs ?? nowMs);
  const fault = chainFault(der, pool, signerRoots, hereMs);
  if (fault !== 'signer-expired' || atMs > hereMs) return fault;
  if (chainFault(der, pool, signerRoots, atMs) !== null) return fault;
  return isLateAccepted ? null : 'signer-late';
}

/**
 * Whether a person signs with a certificate that the centre has recorded of them. Where none was, every one counts.
 * Another one takes the place of those that ended before, or end within the time in which keys are renewed.
 */
export async function isKnownSigner(
  runner: SqlRunner,
  signer: Signer,
  atMs: number,
  nowMs: number,
): Promise<boolean> {
  const known = await certificatesOf(runner, signer.office, signer.userId);
  if (known.length === 0) return true;
  const own = known.find(({ certificate }) => certificate === signer.certificate);
  // One that the centre was told is replaced ended then.
  if (own !== undefined) return own.notAfterMs > atMs;
  if (known.some(({ notAfterMs }) => notAfterMs - RENEWAL_MS >= atMs)) return false;
  await noteSigner(runner, signer, nowMs);
  return true;
}

const ownDer = ({ certificates }: SignedIntent): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(certificates[0] ?? '', 'base64'));

/** Whether the key of the certificate made the signature; false for anything malformed. */
export function verifyIntent(
  signed: SignedIntent,
  messageFor: (certificateSha256: string) => Uint8Array,
): boolean {
  try {
    const der = ownDer(signed);
    const message = messageFor(createHash('sha256').update(der).digest('hex'));
    const { subjectPublicKeyInfo: key } = Certificate.fromBER(der);
    const { algorithmId, algorithmParams } = key.algorithm;
    const curve = CURVES[signed.alg];
    // A key of another kind under this algorithm's name is refused before anything is computed with it.
    if (algorithmId !== (curve === null ? OID_RSA : OID_EC)) return false;
    if (curve !== null && algorithmParams?.valueBlock?.toString() !== curve) return false;
    const signature = Buffer.from(signed.sig, 'base64');
    if (signed.alg === 'SM2') {
      const point = Buffer.from(key.subjectPublicKey.valueBlock.valueHexView).toString('hex');
      const options = { der: true, hash: true };
      return sm2.doVerifySignature(message, signature.toString('hex'), point, options);
    }
    const spki = Buffer.from(key.toSchema().toBER());
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(signed.alg === 'ES384' ? 'sha384' : 'sha256', message, publicKey, signature);
  } catch {
    return false;
  }
}

/** The algorithm of a certificate's key, where it is one that signs here; null otherwise. */
export function algorithmOf(der: Uint8Array): SignedIntent['alg'] | null {
  try {
    const { subjectPublicKeyInfo } = Certificate.fromBER(Uint8Array.from(der));
    const { algorithmId, algorithmParams } = subjectPublicKeyInfo.algorithm;
    if (algorithmId === OID_RSA) return 'RS256';
    const curve = algorithmParams?.valueBlock?.toString();
    const names = Object.keys(CURVES) as SignedIntent['alg'][];
    return (algorithmId === OID_EC && names.find((name) => CURVES[name] === curve)) || null;
  } catch {
    return null;
  }
}

/** SHA-256 of a certificate's public key (SPKI DER), hex; null for what is no certificate. */
export function keyHashOf(der: Uint8Array): string | null {
  try {
    const { subjectPublicKeyInfo } = Certificate.fromBER(Uint8Array.from(der));
    const spki = Buffer.from(subjectPublicKeyInfo.toSchema().toBER());
    return createHash('sha256').update(spki).digest('hex');
  } catch {
    return null;
  }
}

function isPractice(certificate: Certificate): boolean {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === OID_POLICIES);
  if (!(extension?.parsedValue instanceof CertificatePolicies)) return false;
  // Arcs beyond 64 bits are printed in a form of the parser's own: compared as the text it was made from.
  const own = practicePolicy();
  return extension.parsedValue.certificatePolicies.some(
    ({ policyIdentifier }) => policyIdentifier === own,
  );
}

function practicePolicy(): string {
  const { result } = fromBER(new ObjectIdentifier({ value: PRACTICE_POLICY_OID }).toBER(false));
  return String(result.valueBlock);
}

function commonNameOf({ subject }: Certificate): string {
  const name = subject.typesAndValues.find(({ type }) => type === OID_COMMON_NAME);
  return String(name?.value.valueBlock.value ?? '').slice(0, 200);
}
