import type { SqlRow, SqlRunner } from './sql-client';

/** A person who showed a key on a device, for some minutes. */
export interface KeptSession {
  readonly device: string;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** What a device is asked to have signed; one that was asked before is void. */
export async function keepChallenge(
  runner: SqlRunner,
  device: string,
  text: string,
  untilMs: number,
): Promise<void> {
  await runner.query(
    `insert into act_challenge (device, text, until_ms) values ($1, $2, $3)
     on conflict (device) do update set text = excluded.text, until_ms = excluded.until_ms`,
    [device, text, untilMs],
  );
}

/** Uses up what a device was asked; undefined where it was asked nothing, or too long ago. */
export async function takeChallenge(
  runner: SqlRunner,
  device: string,
  nowMs: number,
): Promise<string | undefined> {
  const [row] = await runner.query<{ text: string; until: number }>(
    'delete from act_challenge where device = $1 returning text, until_ms::double precision as until',
    [device],
  );
  return row !== undefined && row.until > nowMs ? row.text : undefined;
}

/** `name`: the SHA-256 of what the session is called. Those that are over go. */
export async function keepSession(
  runner: SqlRunner,
  name: string,
  { device, certificate }: KeptSession,
  untilMs: number,
  nowMs: number,
): Promise<void> {
  await runner.query('delete from act_session where until_ms <= $1', [nowMs]);
  await runner.query(
    'insert into act_session (name, device, certificate, until_ms) values ($1, $2, $3, $4)',
    [name, device, certificate, untilMs],
  );
}

export async function findSession(
  runner: SqlRunner,
  name: string,
  nowMs: number,
): Promise<KeptSession | undefined> {
  const [row] = await runner.query<{ device: string; certificate: Uint8Array } & SqlRow>(
    'select device, certificate from act_session where name = $1 and until_ms > $2',
    [name, nowMs],
  );
  return row && { device: row.device, certificate: new Uint8Array(row.certificate) };
}
