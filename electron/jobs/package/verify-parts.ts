import { createHash } from 'node:crypto';
import { type NamedPerson, namesPerson } from '../../../shared/domain/authority/certificate-holder';
import type { CertificateFacts } from '../../device/certificate';
import { CmsProblem, type CmsVerdict } from './cms/verify';
import { PackageProblem } from './zip/read';

export type CheckId =
  | 'container'
  | 'manifest'
  | 'manifest-signature'
  | 'file-report.pdf'
  | 'file-data.xlsx'
  | 'file-data.csv'
  | 'file-records'
  | 'file-board.png'
  | 'board'
  | 'template'
  | 'review'
  | 'receipt'
  | 'report-signature'
  | 'certificate-period'
  | 'certificate-usage'
  | 'issuer'
  | 'revocation'
  | 'document'
  | 'foreign'
  | 'data'
  | 'practice'
  | 'ticket'
  | 'requester'
  | 'envelope';

/** One thing that was looked at. `isNotice`: it did not fail, and must be read all the same. */
export interface Check {
  readonly id: CheckId;
  readonly ok: boolean;
  readonly isNotice: boolean;
  readonly detail: string;
}

export type Add = (id: CheckId, ok: boolean, detail: string, isNotice?: boolean) => void;

export interface SignerFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly algorithm: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly certificateSha256: string;
  readonly certificateDer: Uint8Array;
}

/** The signer as a report shows it. */
export function factsOf(verdict: CmsVerdict): SignerFacts {
  const { facts, algorithm, certificates } = verdict.signer;
  const [leaf = new Uint8Array()] = certificates;
  return {
    subject: facts.subject,
    issuer: facts.issuer,
    serial: facts.serial,
    algorithm,
    notBeforeMs: facts.notBeforeMs,
    notAfterMs: facts.notAfterMs,
    certificateSha256: createHash('sha256').update(leaf).digest('hex'),
    certificateDer: leaf,
  };
}

/** Whether the signer's key may sign and its signature can prove anything. */
export function checkUsage({ canSign, isWeak }: CertificateFacts, add: Add): void {
  if (isWeak) add('certificate-usage', false, 'its key or its issuer’s digest is too weak');
  else
    add('certificate-usage', canSign, canSign ? 'may sign' : 'its certificate is not for signing');
}

/**
 * Whether the certificate names the person who is said to have asked for what it signed. A notice and no failure: how an
 * authority writes names is not known here, and the manifest says openly who the two are.
 */
export function checkRequester(
  { subject, isPractice }: CertificateFacts,
  by: NamedPerson,
  add: Add,
) {
  if (isPractice) return;
  const isSame = namesPerson(subject, by);
  const detail = isSame
    ? `signed in the name of ${by.name} ${by.badge}`
    : `in the name of ${by.name} ${by.badge}, signed with the key of ${subject}`;
  add('requester', true, detail, !isSame);
}

/** A signature that does not hold is an answer here. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | CmsProblem> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CmsProblem) return error;
    if (error instanceof PackageProblem) return new CmsProblem(error.message);
    throw error;
  }
}
