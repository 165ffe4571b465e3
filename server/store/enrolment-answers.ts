import type { SqlRow, SqlRunner } from './sql-client';

/** PEM, as the device got them. */
export interface IssuedCertificates {
  readonly tls: string;
  readonly control: string | null;
}

/** What a code that was used was answered with. */
export interface AnsweredEnrolment {
  readonly device: string;
  readonly badge: string | null;
  readonly usedMs: number;
  readonly certificates: IssuedCertificates;
}

/** Keeps what a used code was answered with: certificates are public, and so are their keys. */
export async function keepEnrolmentAnswer(
  runner: SqlRunner,
  secretHash: string,
  { tls, control }: IssuedCertificates,
): Promise<void> {
  await runner.query(
    'update enrolment set tls_certificate = $2, control_certificate = $3 where secret_hash = $1',
    [secretHash, tls, control],
  );
}

/** Undefined for a code that is unknown, was not used, or not answered. */
export async function enrolmentAnswer(
  runner: SqlRunner,
  secretHash: string,
): Promise<AnsweredEnrolment | undefined> {
  const [row] = await runner.query<
    {
      device: string;
      badge: string | null;
      used: number;
      tls_certificate: string;
      control_certificate: string | null;
    } & SqlRow
  >(
    `select device, badge, used_ms::double precision as used, tls_certificate, control_certificate from enrolment
     where secret_hash = $1 and used_ms is not null and tls_certificate is not null`,
    [secretHash],
  );
  if (row === undefined) return undefined;
  const { device, badge, used: usedMs, tls_certificate: tls, control_certificate: control } = row;
  return { device, badge, usedMs, certificates: { tls, control } };
}
