import type { VerificationReport } from './verify';
import type { CheckId } from './verify-parts';

/** What a report establishes. */
export type Proven = 'content' | 'review' | 'issuer' | 'not-revoked' | 'ticket' | 'time';
/** What it leaves open, however well everything looks. */
export type Open =
  | 'effect'
  | 'issuer'
  | 'requester'
  | 'review'
  | 'time'
  | 'revocation'
  | 'ticket'
  | 'data';

export interface Statement {
  readonly proven: readonly Proven[];
  readonly open: readonly Open[];
}

/**
 * What is proven and what is not: nothing where a check failed, the time only where the centre's ticket lies before
 * the signature and its countersignature after; the signer's own time is a claim.
 */
export function statementOf(report: VerificationReport): Statement {
  const { verdict, signer } = report;
  if (['invalid', 'unsigned', 'unsupported'].includes(verdict) || signer === undefined)
    return { proven: [], open: [] };
  const proven: Proven[] = ['content'];
  const open: Open[] = [];
  // Of both persons: anybody can make a second key with a colleague's name on it.
  const isVouched = isPlain(report, 'issuer');
  if (report.reviewer !== undefined)
    (isVouched || verdict === 'practice' ? proven : open).push('review');
  if (verdict === 'practice') open.push('effect');
  else (isVouched ? proven : open).push('issuer');
  if (detailOf(report, 'requester')?.isNotice) open.push('requester');
  const isTimeBound = report.notBeforeMs !== undefined && report.notAfterMs !== undefined;
  if (isTimeBound) proven.push('time');
  else open.push('time');
  if (isPlain(report, 'revocation')) proven.push('not-revoked');
  else open.push('revocation');
  const ticket = detailOf(report, 'ticket');
  // A single document has none.
  if (ticket !== undefined) (ticket.isNotice ? open : proven).push('ticket');
  if (report.manifest?.sliceProof !== undefined) open.push('data');
  return { proven, open };
}

/** The same as one English sentence, for the command line. */
export function sentenceOf(report: VerificationReport): string {
  const { proven, open } = statementOf(report);
  if (report.verdict === 'encrypted')
    return `Proven: nothing. The package is encrypted to one certificate (no. ${report.envelope?.serial}, ${report.envelope?.issuer}); its holder decrypts it first.`;
  if (report.verdict === 'unsigned' || report.verdict === 'unsupported')
    return `Proven: nothing. ${report.checks.map(({ detail }) => detail).join('; ')}.`;
  if (proven.length === 0) {
    const failed = report.checks.filter(({ ok }) => !ok);
    const reasons = failed.map(({ id, detail }) => `${id}: ${detail}`).join('; ');
    return `Proven: nothing. Reason: ${reasons || 'no signature was found'}.`;
  }
  const words: Readonly<Record<Proven | Open, string>> = {
    content: `${report.manifest?.board === undefined ? '' : 'this is a board (figures, no certificate); '}${report.manifest === undefined ? 'the document is' : 'all files are'} what ${report.signer?.subject} signed`,
    review: proven.includes('review')
      ? `a second person, ${report.reviewer?.subject}, signed the same`
      : `who the second person is (the key says ${report.reviewer?.subject})`,
    issuer: proven.includes('issuer')
      ? 'a trusted authority issued the certificate'
      : 'who holds the key (its issuer is unknown here)',
    requester: `that the person named in it signed (${detailOf(report, 'requester')?.detail})`,
    'not-revoked': `the signer was ${detailOf(report, 'revocation')?.detail}`,
    ticket: proven.includes('ticket')
      ? 'the office’s server let this export out'
      : 'which server let this export out',
    effect: 'any legal effect (a practice key signed)',
    time: proven.includes('time')
      ? `it was signed between ${timeOf(report.notBeforeMs ?? 0)} and ${timeOf(report.notAfterMs ?? 0)}`
      : `when it was signed (${timeWords(report)})`,
    data: `that the rows are those of the centre (${detailOf(report, 'data')?.detail})`,
    revocation: `that the certificate was not revoked (${detailOf(report, 'revocation')?.detail})`,
  };
  const list = (codes: readonly (Proven | Open)[]) => codes.map((code) => words[code]).join('; ');
  return `Proven: ${list(proven)}. Not proven: ${list(open)}.`;
}

function timeWords({ signingTimeMs, notBeforeMs, notAfterMs }: VerificationReport): string {
  const claim =
    signingTimeMs === undefined ? 'no time is stated' : `${timeOf(signingTimeMs)} is a claim`;
  const bounds = [
    ...(notBeforeMs === undefined ? [] : [`not before ${timeOf(notBeforeMs)}`]),
    ...(notAfterMs === undefined ? [] : [`not after ${timeOf(notAfterMs)}`]),
  ];
  return [claim, ...bounds].join('; ');
}

/** Whether it was looked at, and there is nothing to be said of it for any of those who signed. */
function isPlain({ checks }: VerificationReport, id: CheckId): boolean {
  const own = checks.filter((check) => check.id === id);
  return own.length > 0 && own.every(({ ok, isNotice }) => ok && !isNotice);
}

function detailOf({ checks }: VerificationReport, id: CheckId) {
  return checks.find((check) => check.id === id);
}

const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/u, 'Z');
