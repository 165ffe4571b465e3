import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import type { StatementTrust } from '../../../shared/protocol/signed-statement';

/** As devices pin it: named for statements, no extended usage, no authority of its own. */
export function statementCertificate(base64: string): X509Certificate | undefined {
  const [certificate] = parsed(Buffer.from(base64, 'base64'));
  if (certificate === undefined || certificate.ca || certificate.keyUsage !== undefined)
    return undefined;
  const names = certificate.subject.split(/[\n+]/).map((part) => part.trim());
  return names.includes('CN=statements') ? certificate : undefined;
}

/** Whether one of the authorities (DER) issued it. */
export function isUnderAny(certificate: X509Certificate, roots: readonly Uint8Array[]): boolean {
  return roots.flatMap(parsed).some((root) => isUnder(certificate, root));
}

function isUnder(certificate: X509Certificate, root: X509Certificate): boolean {
  try {
    return certificate.checkIssued(root) && certificate.verify(root.publicKey);
  } catch {
    return false;
  }
}

/** The times of a statement are compared with the export's, not with the reader's clock. */
export function trustOf(certificate: X509Certificate): StatementTrust {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  return {
    keys: new Map([[kid, new Uint8Array(spki)]]),
    verify: (key, bytes, signature) => {
      try {
        const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
        return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
      } catch {
        return false;
      }
    },
    nowMs: 0,
    skewMs: Number.MAX_SAFE_INTEGER,
  };
}

function parsed(der: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}
