import type { SqlRunner } from './sql-client';

/** Keeps the key of a renewed certificate beside the present one; an earlier one that was never used is forgotten. */
export async function keepNextTls(
  runner: SqlRunner,
  device: string,
  spki: string,
  serial: string,
): Promise<void> {
  await runner.query('update device set next_tls_spki = $2, next_serial = $3 where id = $1', [
    device,
    spki,
    serial,
  ]);
}

/** The renewed certificate was used: from now on the old one opens nothing. False: there is no such key waiting. */
export async function takeNextTls(
  runner: SqlRunner,
  device: string,
  spki: string,
): Promise<boolean> {
  const taken = await runner.query(
    `update device set tls_spki = next_tls_spki, serial = next_serial, next_tls_spki = null, next_serial = null
     where id = $1 and next_tls_spki = $2 returning id`,
    [device, spki],
  );
  return taken.length > 0;
}
