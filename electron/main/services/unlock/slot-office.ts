import { createHash, X509Certificate } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';

/**
 * What a keyslot file is bound to: the office's code and its authority's public key. office.json lies
 * beside it and can be edited; whoever puts an authority of his own there gets no key, because every
 * wrapped key is authenticated with this text. Throws KEYSLOTS_DAMAGED when the PEM is no certificate.
 */
export function slotOffice(code: string, caPem: string): string {
  try {
    const { publicKey } = new X509Certificate(caPem);
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    return `${code}|${createHash('sha256').update(spki).digest('hex')}`;
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'the authority is no certificate');
  }
}
