import { open, readFile, stat } from 'node:fs/promises';
import { CmsProblem, type CmsVerdict } from './cms/verify';
import { isOwnDocument, judgeForeign } from './pdf/foreign-signatures';
import { verifyPdfSignature } from './pdf/verify-signature';
import { type Envelope, readEnvelope } from './recipient/read-envelope';
import { isSignedRecord } from './signed-record-name';
import {
  checkIssuer,
  checkPeriod,
  checkRevocation,
  type VerificationReport,
  type VerifyOptions,
  verdictOf,
  verifyPackage,
} from './verify';
import { type Add, attempt, type Check, checkUsage, factsOf } from './verify-parts';
import { verifyRecord } from './verify-record';

const MAX_DOCUMENT_BYTES = 128 << 20;
const PDF_HEAD = Buffer.from('%PDF-', 'latin1');
/** The signature dictionary's own time (ISO 32000-1 §7.9.4), which the signature covers. */
const TIME = /\/M \(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'\d\d'?)\)/u;

/**
 * Checks a sealed package, one signed document, or by its signature file what lies beside it; the first two are told
 * apart by their first bytes. Throws as `verifyPackage`.
 */
export async function verifyFile(
  path: string,
  options: VerifyOptions,
): Promise<VerificationReport> {
  if (isSignedRecord(path)) return verifyRecord(path, options);
  if (await isPdf(path)) return verifyDocument(path, options);
  const envelope = await readEnvelope(path);
  return envelope === undefined ? verifyPackage(path, options) : envelopeReport(envelope);
}

/** All that can be said of what only its recipient opens. */
function envelopeReport(envelope: Envelope): VerificationReport {
  const { issuer, serial, isWhole } = envelope;
  const detail = isWhole
    ? `encrypted to the certificate with number ${serial} of ${issuer}; its content is not looked into`
    : 'an encrypted package that was cut short or extended';
  return {
    verdict: isWhole ? 'encrypted' : 'invalid',
    checks: [{ id: 'envelope', ok: isWhole, isNotice: isWhole, detail }],
    manifest: undefined,
    signer: undefined,
    signingTimeMs: undefined,
    envelope,
  };
}

/**
 * Checks a single signed PDF: exactly one signature, over every byte of the file but its own room, so that nothing
 * was added after it; its certificate; its issuer. What others signed in other forms is told as that. Never throws for anything that a file can contain.
 */
async function verifyDocument(path: string, options: VerifyOptions): Promise<VerificationReport> {
  const checks: Check[] = [];
  const add: Add = (id, ok, detail, isNotice = false) => {
    checks.push({ id, ok, detail, isNotice });
  };
  const report = (
    verdict: VerificationReport['verdict'],
    signature?: CmsVerdict,
    signingTimeMs?: number,
  ): VerificationReport => ({
    verdict,
    checks,
    manifest: undefined,
    signer: signature && factsOf(signature),
    signingTimeMs,
  });
  if ((await stat(path)).size > MAX_DOCUMENT_BYTES) {
    add('document', false, 'too large for a signed document');
    return report('invalid');
  }
  const pdf = await readFile(path);
  if (isUnsigned(pdf)) {
    add(
      'document',
      true,
      'no signature in this PDF; that of a record lies beside it, in a file that ends in .signature.json',
      true,
    );
    return report('unsigned');
  }
  const signature = await attempt(() => verifyPdfSignature(pdf));
  if (signature instanceof CmsProblem) {
    const foreign = await judgeForeign(pdf, signature.message, options.signal);
    if (foreign.isAltered) add('document', false, foreign.detail);
    else add('foreign', true, foreign.detail, true);
    return report(foreign.isAltered ? 'invalid' : 'unsupported');
  }
  add('document', true, `one signature over all ${pdf.length} bytes`);
  const signer = factsOf(signature);
  const atMs = timeIn(pdf) ?? signature.signingTimeMs;
  if (atMs === undefined) add('certificate-period', false, 'the signature states no time');
  else checkPeriod(atMs, signer, add);
  const { isPractice } = signature.signer.facts;
  checkUsage(signature.signer.facts, add);
  if (isPractice) add('practice', true, '练习·无效力', true);
  const isTrusted = checkIssuer(signature, options, atMs ?? Date.now(), add);
  const notRevokedMs = await checkRevocation(signature, options, add, { claimedMs: atMs });
  return { ...report(verdictOf(checks, isPractice, isTrusted), signature, atMs), notRevokedMs };
}

/**
 * Nothing of a signature is in it: a signed PDF names its field and its byte range in the open (ISO 32000-1 §12.8.1). One that
 * was cut short, or has a rest of a signature, is a damaged one.
 */
function isUnsigned(pdf: Buffer): boolean {
  const has = (mark: string) => pdf.includes(mark, 0, 'latin1');
  const isEmpty = pdf.subarray(-1024).includes('%%EOF') && !['/ByteRange', '/SubFilter'].some(has);
  // A field that nobody has signed yet is no signature; this product makes none.
  return isEmpty && !(has('/Sig') && isOwnDocument(pdf));
}

async function isPdf(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(PDF_HEAD.length);
    await file.read(head, 0, head.length, 0);
    return head.equals(PDF_HEAD);
  } finally {
    await file.close();
  }
}

function timeIn(pdf: Buffer): number | undefined {
  const match = TIME.exec(pdf.toString('latin1'));
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7);
  const zone = match[7] === 'Z' ? 'Z' : `${match[7]?.slice(0, 3)}:${match[7]?.slice(4, 6)}`;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}
