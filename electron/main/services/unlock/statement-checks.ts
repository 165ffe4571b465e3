import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import type { Result } from '../../../../shared/kernel/result';
import {
  openStatement,
  type StatementFault,
  type StatementVerifier,
} from '../../../../shared/protocol/signed-statement';

const verifyEs256: StatementVerifier = (spki, bytes, signature) => {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
};

/** A certificate as the server sends it: PEM, or base64 of DER. */
export function certificateOf(text: string): X509Certificate {
  const isPem = text.includes('-----BEGIN');
  return new X509Certificate(isPem ? text : Buffer.from(text, 'base64'));
}

/**
 * The authority certifies devices and servers too: only the certificate named for statements, which
 * has no extended usage, may say who somebody is. Without this any device could sign itself a role.
 */
function isStatementCertificate(certificate: X509Certificate): boolean {
  const isNamed = certificate.subject
    .split(/[\n+]/)
    .some((part) => part.trim() === 'CN=statements');
  return isNamed && certificate.keyUsage === undefined && !certificate.ca;
}

/**
 * Opens what the server signed. Trust runs from the pinned CA over the statement certificate to the
 * key; nothing else can say who somebody is or what a slice has to equal.
 */
export class StatementChecks {
  private readonly keys: ReadonlyMap<string, Uint8Array>;

  /** Throws STATEMENT_INVALID when the CA did not certify the statement key. */
  constructor(caPem: string, statementCertificate: string) {
    let spki: Buffer;
    try {
      const ca = new X509Certificate(caPem);
      const certificate = certificateOf(statementCertificate);
      if (!certificate.checkIssued(ca) || !certificate.verify(ca.publicKey)) {
        throw new Error('not certified by the CA');
      }
      if (!isStatementCertificate(certificate)) throw new Error('not the statement key');
      spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unreadable';
      throw new AppError('STATEMENT_INVALID', {}, `statement certificate: ${detail}`);
    }
    const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
    this.keys = new Map([[kid, new Uint8Array(spki)]]);
  }

  /** Opens a statement that must be in force at `nowMs` (highest time seen). */
  open<T>(
    envelope: unknown,
    schema: z.ZodType<T>,
    nowMs: number,
  ): Promise<Result<T, StatementFault>> {
    return openStatement(envelope, schema, { keys: this.keys, verify: verifyEs256, nowMs });
  }

  /**
   * Opens a statement whatever its times say. For manifests and checkpoints: an old one lowers the
   * visible freshness, but a wrong clock must not stop synchronisation.
   */
  openTimeless<T>(envelope: unknown, schema: z.ZodType<T>): Promise<Result<T, StatementFault>> {
    const trust = { keys: this.keys, verify: verifyEs256, nowMs: 0 };
    return openStatement(envelope, schema, { ...trust, skewMs: Number.MAX_SAFE_INTEGER });
  }
}
