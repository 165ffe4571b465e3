import { X509Certificate } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';

/** Renewed from two months before its end: a device may be out of reach for a lease or two. */
const RENEW_MS = 60 * 86_400_000;

/** True when a certificate (PEM) ends so soon that another one has to be asked for. */
export function endsSoon(pem: string, nowMs: number): boolean {
  return Date.parse(new X509Certificate(pem).validTo) - nowMs <= RENEW_MS;
}

/**
 * A certificate that is not for this key (SPKI DER, base64) and name under our authority would shut the device out.
 * Throws SYNC_SIGNATURE_BAD.
 */
export function demandOurs(pem: string, ca: string, name: string, spkiText: string): void {
  let isOurs = false;
  try {
    const certificate = new X509Certificate(pem);
    const authority = new X509Certificate(ca);
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    isOurs =
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey) &&
      /(?:^|\n|\+ )CN=(.+)$/m.exec(certificate.subject)?.[1] === name &&
      spki.equals(Buffer.from(spkiText, 'base64'));
  } catch {
    // Whatever it is, it is no certificate.
  }
  if (!isOurs) throw new AppError('SYNC_SIGNATURE_BAD', {}, 'renewed certificate');
}
