import type { SqlRunner } from './sql-client';

/** A person's certificate, as it came with a signature that held. */
export interface Signer {
  readonly office: string;
  readonly userId: string;
  /** SHA-256 of the DER, hex. */
  readonly certificate: string;
  readonly subject: string;
  readonly notAfterMs: number;
}

/** Notes that a person signs with a certificate; known ones stay as they are. */
export async function noteSigner(runner: SqlRunner, signer: Signer, nowMs: number): Promise<void> {
  const { office, userId, certificate, subject, notAfterMs } = signer;
  await runner.query(
    `insert into signer (office, user_id, certificate, subject, not_after_ms, first_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [office, userId, certificate, subject, notAfterMs, nowMs],
  );
}

/** Certificates that a person is known to sign with. */
export function certificatesOf(
  runner: SqlRunner,
  office: string,
  userId: string,
): Promise<readonly { readonly certificate: string; readonly notAfterMs: number }[]> {
  return runner.query(
    'select certificate, not_after_ms as "notAfterMs" from signer where office = $1 and user_id = $2',
    [office, userId],
  );
}

/** What is recorded of a person's certificates ends at a moment. */
export async function endSigners(
  runner: SqlRunner,
  office: string,
  userId: string,
  nowMs: number,
): Promise<void> {
  await runner.query(
    'update signer set not_after_ms = least(not_after_ms, $3) where office = $1 and user_id = $2',
    [office, userId, nowMs],
  );
}

/** Keeps a signed agreement; false where the person's signature under that version is kept already. */
export async function keepAgreement(
  runner: SqlRunner,
  signer: Signer,
  agreement: { readonly version: string; readonly atMs: number; readonly signed: unknown },
  nowMs: number,
): Promise<boolean> {
  const rows = await runner.query(
    `insert into agreement (office, user_id, version, certificate, at_ms, received_ms, signed)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning version`,
    [
      signer.office,
      signer.userId,
      agreement.version,
      signer.certificate,
      agreement.atMs,
      nowMs,
      JSON.stringify(agreement.signed),
    ],
  );
  return rows.length > 0;
}

/** Who of an office signed which version, newest first. */
export function agreementsOf(
  runner: SqlRunner,
  office: string,
): Promise<
  readonly {
    readonly userId: string;
    readonly version: string;
    readonly subject: string;
    readonly atMs: number;
  }[]
> {
  return runner.query(
    `select a.user_id as "userId", a.version, s.subject, a.at_ms as "atMs" from agreement a
     join signer s on s.office = a.office and s.user_id = a.user_id and s.certificate = a.certificate
     where a.office = $1 order by a.at_ms desc`,
    [office],
  );
}
