import type { SqlRunner } from './sql-client';

/** Keeps addresses that an act of two persons allows; known ones stay as they are. */
export async function addAgreedEndpoints(
  runner: SqlRunner,
  endpoints: readonly string[],
  act: string,
  nowMs: number,
): Promise<void> {
  for (const address of endpoints)
    await runner.query(
      'insert into agreed_endpoint (address, act, agreed_ms) values ($1, $2, $3) on conflict do nothing',
      [address, act, nowMs],
    );
}

/** The first of the addresses that no act allows; undefined where all are. */
export async function notAgreed(
  runner: SqlRunner,
  endpoints: readonly string[],
): Promise<string | undefined> {
  const rows = await runner.query<{ address: string }>(
    'select address from agreed_endpoint where address = any($1::text[])',
    [[...endpoints]],
  );
  const agreed = new Set(rows.map(({ address }) => address));
  return endpoints.find((address) => !agreed.has(address));
}
