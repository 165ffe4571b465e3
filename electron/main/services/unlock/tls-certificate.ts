import { X509Certificate } from 'node:crypto';
import { publicOf } from './device-keys';
import type { OfficeFile } from './office-file';

type Certificates = Pick<OfficeFile, 'tlsCertificate' | 'nextTlsCertificate'>;

/**
 * The certificate that belongs to the key: while one is being renewed, office.json names both, because key and
 * certificate lie in two files and neither can wait for the other.
 */
export function certificateFor(office: Certificates, privateDer: Uint8Array): string {
  const { tlsCertificate, nextTlsCertificate } = office;
  if (nextTlsCertificate === undefined) return tlsCertificate;
  const own = publicOf(privateDer);
  const next = new X509Certificate(nextTlsCertificate).publicKey;
  return own.equals(next.export({ type: 'spki', format: 'der' }))
    ? nextTlsCertificate
    : tlsCertificate;
}
