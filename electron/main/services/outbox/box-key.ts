import { X509Certificate } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import type { OfficeFile } from '../unlock/office-file';

/**
 * SPKI DER of the key that outbox payloads are sealed to. office.json can be edited: only the key that
 * the pinned authority certified for this use counts. Throws STATEMENT_INVALID.
 */
export function outboxBoxKey({ ca, boxCertificate }: OfficeFile): Uint8Array {
  try {
    const authority = new X509Certificate(ca);
    const certificate = new X509Certificate(boxCertificate);
    const isNamed = certificate.subject.split(/[\n+]/).some((part) => part.trim() === 'CN=outbox');
    const isIssued = certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
    if (!isNamed || !isIssued || certificate.ca) throw new Error('not the outbox key');
    return new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' }));
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unreadable';
    throw new AppError('STATEMENT_INVALID', {}, `outbox certificate: ${detail}`);
  }
}
