import { createHash } from 'node:crypto';
import { type CertificateFacts, readCertificate } from '../../device/certificate';

/** Why a second signature is none. */
export type ReviewFault = 'same-certificate' | 'same-key' | 'same-person' | 'usage' | 'practice';

/**
 * Whether a certificate may sign as the second person after the first; null: it may. One key is one person, and so is
 * one name: the subject's serial number tells namesakes apart, and where either has none the common name decides.
 */
export function reviewFault(first: Uint8Array, second: Uint8Array): ReviewFault | null {
  if (Buffer.compare(first, second) === 0) return 'same-certificate';
  const [one, other] = [readCertificate(first), readCertificate(second)];
  if (digestOf(one) === digestOf(other)) return 'same-key';
  if (one.subject === other.subject || isSameName(one, other)) return 'same-person';
  if (!other.canSign) return 'usage';
  return one.isPractice === other.isPractice ? null : 'practice';
}

const digestOf = ({ spkiDer }: CertificateFacts) =>
  createHash('sha256').update(spkiDer).digest('hex');

function isSameName(one: CertificateFacts, other: CertificateFacts): boolean {
  const [number, otherNumber] = [numberOf(one.subject), numberOf(other.subject)];
  if (number !== '' && otherNumber !== '') return number === otherNumber;
  return one.commonName === '' || one.commonName === other.commonName;
}

function numberOf(subject: string): string {
  return /(?:^|, )SERIALNUMBER=([^,]+)/u.exec(subject)?.[1]?.trim() ?? '';
}
