import type { CertificateFacts } from '../../device/certificate';
import { digestBytes } from './cms/algorithms';
import { CmsProblem, type CmsVerdict, verifyCms } from './cms/verify';
import { judgeReview } from './judge-review';
import { packageFiles } from './layout';
import { decodeManifest, type Manifest } from './manifest';
import { judgeReceipt, receiptBeside } from './receipt';
import type { Envelope } from './recipient/read-envelope';
import { judgeRevocation } from './revocation';
import { judgeTicket } from './ticket';
import { judgeIssuer } from './trust';
import {
  checkBoard,
  checkData,
  checkFiles,
  checkReport,
  checkTemplate,
  type LookOptions,
} from './verify-content';
import {
  type Add,
  attempt,
  type Check,
  type CheckId,
  checkRequester,
  checkUsage,
  factsOf,
  type SignerFacts,
} from './verify-parts';
import { openPackage, type PackageArchive, PackageProblem } from './zip/read';

/**
 * `practice` is 练习·无效力: intact, and without effect. `encrypted`: for one recipient, and nobody else looks into it.
 * `unsigned`: nobody's signature is in it, so that nothing can be proven or disproven.
 * `unsupported`: signed in a form that is not judged here; nothing was found changed.
 */
export type Verdict =
  | 'valid'
  | 'unknown-issuer'
  | 'practice'
  | 'encrypted'
  | 'unsigned'
  | 'unsupported'
  | 'invalid';

export interface VerificationReport {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly manifest: Manifest | undefined;
  readonly signer: SignerFacts | undefined;
  /** The second person, where one signed the same manifest. */
  readonly reviewer?: SignerFacts;
  /** The signer's own claim of the time. */
  readonly signingTimeMs: number | undefined;
  /** Between which moments it was signed, as far as a trusted server says so: its ticket before, its countersignature after. */
  readonly notBeforeMs?: number | undefined;
  readonly notAfterMs?: number | undefined;
  /** Where the certificates are established not to be revoked: as of when. */
  readonly notRevokedMs?: number | undefined;
  /** Of an encrypted package: whose key opens it. */
  readonly envelope?: Envelope;
}

export interface VerifyOptions extends LookOptions {
  /** DER certificates that are trusted; with none the issuer is always unknown, which is said. */
  readonly trustRoots: readonly Uint8Array[];
  /** DER revocation lists that are at hand. */
  readonly revocationLists?: readonly Uint8Array[];
  /** DER of the authorities whose servers issue export tickets; with none that is not established, which is said. */
  readonly ticketRoots?: readonly Uint8Array[];
  /** The centre's countersignature; without one that which lies beside the package counts. */
  readonly receipt?: Uint8Array;
}

/** Checks every part of a package file. Never throws for anything that a file can contain; may for an unreadable disk, and on abort. */
export async function verifyPackage(
  path: string,
  options: VerifyOptions,
): Promise<VerificationReport> {
  const checks: Check[] = [];
  const add = (id: CheckId, ok: boolean, detail: string, isNotice = false) =>
    void checks.push({ id, ok, detail, isNotice });
  const stop = (manifest?: Manifest): VerificationReport => ({
    verdict: 'invalid',
    checks,
    manifest,
    signer: undefined,
    signingTimeMs: undefined,
  });

  let archive: PackageArchive;
  let manifestBytes: Uint8Array;
  let cms: Uint8Array;
  try {
    archive = await openPackage(path);
    manifestBytes = await archive.read('manifest.json');
    cms = await archive.read('manifest.p7s');
  } catch (error) {
    if (!(error instanceof PackageProblem)) throw error;
    add('container', false, error.message);
    return stop();
  }
  add('container', true, `${archive.names.length} files, sizes within bounds`);

  let manifest: Manifest;
  try {
    manifest = decodeManifest(manifestBytes);
  } catch (error) {
    add('manifest', false, error instanceof Error ? error.message.slice(0, 200) : 'malformed');
    return stop();
  }
  add(
    'manifest',
    true,
    `${manifest.traceId}, ${manifest.count} ${manifest.board === undefined ? 'rows' : 'numbers'}, version ${manifest.version}`,
  );

  const signature = await attempt(() => verifyCms(cms, (name) => digestBytes(name, manifestBytes)));
  if (signature instanceof CmsProblem) {
    add('manifest-signature', false, signature.message);
    return stop(manifest);
  }
  const signer = factsOf(signature);
  const isNamed = signer.certificateSha256 === manifest.signerCertificate.sha256;
  add(
    'manifest-signature',
    isNamed,
    isNamed ? signer.subject : 'signed by another certificate than named',
  );

  const listed = packageFiles(
    manifest.files.map(({ path }) => path),
    manifest.review === true,
  );
  if (listed.join() !== archive.names.join())
    add('container', false, 'other files than the manifest lists');
  await checkFiles(archive, manifest, add, options);
  checkTemplate(manifest, add);
  checkData(manifest, add);
  checkBoard(manifest, add);
  await checkReport(archive, manifest, signer, add);
  checkPeriod(manifest.createdAtMs, signer, add);
  checkUsage(signature.signer.facts, add);
  checkRequester(signature.signer.facts, manifest.requester, add);
  const isPractice = checkPractice(manifest, signature.signer.facts, add);
  const isTrusted = checkIssuer(signature, options, manifest.createdAtMs, add);
  const notAfterMs = await checkReceipt(path, manifest, manifestBytes, options, add);
  const time = {
    claimedMs: signature.signingTimeMs ?? manifest.createdAtMs,
    provenBeforeMs: notAfterMs,
  };
  const asOfMs = await checkRevocation(signature, options, add, time);
  const review = await judgeReview(archive, manifest, manifestBytes, signature);
  const second = review.state === 'good' ? review.signature : undefined;
  if (second !== undefined) add('review', true, factsOf(second).subject);
  else if (review.state === 'bad') add('review', false, review.detail);
  else if (manifest.review) add('review', false, 'the second signature is missing');
  const ticket = await judgeTicket(
    manifest,
    options.ticketRoots ?? [],
    signature.signingTimeMs,
    second !== undefined,
  );
  add('ticket', ticket.isFit, ticket.detail, ticket.isFit && !ticket.isTrusted);

  const judged =
    second === undefined
      ? { isTrusted: true, asOfMs }
      : await judgeSecond(second, options, manifest.createdAtMs, { add, checks }, notAfterMs);
  const verdict = verdictOf(checks, isPractice, isTrusted && judged.isTrusted && ticket.isTrusted);
  return {
    verdict,
    checks,
    manifest,
    signer,
    signingTimeMs: signature.signingTimeMs,
    notBeforeMs: ticket.issuedMs,
    notAfterMs,
    notRevokedMs: earlierOf(asOfMs, judged.asOfMs),
    ...(second === undefined ? {} : { reviewer: factsOf(second) }),
  };
}

/** Issuer and revocation of the second person: told only where they are worse than the first one's. */
async function judgeSecond(
  second: CmsVerdict,
  options: VerifyOptions,
  atMs: number,
  { add, checks }: { readonly add: Add; readonly checks: readonly Check[] },
  notAfterMs: number | undefined,
): Promise<{ readonly isTrusted: boolean; readonly asOfMs: number | undefined }> {
  const worse: Add = (id, ok, detail, isNotice = false) => {
    const isNoticed = isNotice && !checks.some((one) => one.id === id && one.isNotice);
    if (!ok || isNoticed) add(id, ok, `second person: ${detail}`, isNotice);
  };
  const asOfMs = await checkRevocation(second, options, worse, {
    claimedMs: second.signingTimeMs ?? atMs,
    provenBeforeMs: notAfterMs,
  });
  return { isTrusted: checkIssuer(second, options, atMs, worse), asOfMs };
}

/** Of two persons it is established as of the earlier moment, and of none where it is not of both. */
const earlierOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.min(one, other);

/** The centre's countersignature, given or beside the package: until when it was certainly signed. */
async function checkReceipt(
  path: string,
  manifest: Manifest,
  manifestBytes: Uint8Array,
  { receipt, ticketRoots = [] }: VerifyOptions,
  add: Add,
): Promise<number | undefined> {
  const bytes = receipt ?? (await receiptBeside(path));
  if (bytes === undefined) return undefined;
  const judged = await judgeReceipt(bytes, manifest, manifestBytes, ticketRoots);
  add('receipt', judged.isFit, judged.detail, judged.isFit && judged.takenMs === undefined);
  return judged.takenMs;
}

/** Whether the certificate was in its period when the file says that it was signed. */
export function checkPeriod(at: number, signer: SignerFacts, add: Add): void {
  const isWithin = at >= signer.notBeforeMs && at <= signer.notAfterMs;
  const until = new Date(signer.notAfterMs).toISOString().slice(0, 10);
  add(
    'certificate-period',
    isWithin,
    isWithin ? `valid until ${until}` : 'not valid at the stated time',
  );
}

function checkPractice(manifest: Manifest, facts: CertificateFacts, add: Add): boolean {
  const isPractice = facts.isPractice || manifest.practice;
  if (facts.isPractice !== manifest.practice) {
    add(
      'practice',
      false,
      'a practice key outside practice, or a real key in practice: 练习·无效力',
      true,
    );
  } else if (isPractice) add('practice', true, '练习·无效力', true);
  else add('practice', true, 'not a practice package');
  return isPractice;
}

/** Whether the chain leads to a trusted root, every link in its period at that time. */
export function checkIssuer(
  signature: CmsVerdict,
  options: VerifyOptions,
  atMs: number,
  add: Add,
): boolean {
  if (options.trustRoots.length === 0) {
    add('issuer', true, 'unknown issuer: no trust roots were given', true);
    return false;
  }
  const judged = judgeIssuer(signature.signer.certificates, options.trustRoots, atMs);
  add('issuer', judged.isTrusted, judged.detail);
  return judged.isTrusted;
}

/**
 * Whether the signer was revoked, as far as the lists at hand tell. Answers as of when it was not, ms; undefined where that
 * is not established.
 */
export async function checkRevocation(
  { signer }: CmsVerdict,
  options: VerifyOptions,
  add: Add,
  {
    claimedMs,
    provenBeforeMs,
  }: { readonly claimedMs: number | undefined; readonly provenBeforeMs?: number | undefined },
): Promise<number | undefined> {
  const judged = await judgeRevocation({
    chain: [...signer.certificates, ...options.trustRoots],
    lists: options.revocationLists ?? [],
    provenBeforeMs,
    claimedMs,
    nowMs: Date.now(),
  });
  add('revocation', judged.state !== 'revoked', judged.detail, judged.state !== 'good');
  return judged.asOfMs;
}

/** What the checks come to. */
export function verdictOf(
  checks: readonly Check[],
  isPractice: boolean,
  isTrusted: boolean,
): Verdict {
  const failures = checks.filter((check) => !check.ok);
  // A practice package never has a trusted issuer: that alone does not make it a forgery.
  // And what lies beside a package can take nothing from it.
  if (failures.some(({ id }) => id !== 'issuer' && id !== 'receipt')) return 'invalid';
  if (isPractice) return 'practice';
  return isTrusted ? 'valid' : 'unknown-issuer';
}
