import type { SqlRunner } from './sql-client';

/** Keeps a countersignature, JSON of its signed statement. */
export async function keepExportReceipt(
  runner: SqlRunner,
  device: string,
  trace: string,
  statement: string,
  takenMs: number,
): Promise<void> {
  await runner.query(
    `insert into export_receipt (device, trace, statement, taken_ms) values ($1, $2, $3, $4)
     on conflict (device, trace) do nothing`,
    [device, trace, statement, takenMs],
  );
}

/** Those of a device since a moment, the newest first. */
export async function exportReceiptsFor(
  runner: SqlRunner,
  device: string,
  sinceMs: number,
  limit: number,
): Promise<readonly string[]> {
  const rows = await runner.query<{ statement: string }>(
    `select statement from export_receipt where device = $1 and taken_ms >= $2
     order by taken_ms desc, trace limit $3`,
    [device, sinceMs, limit],
  );
  return rows.map(({ statement }) => statement);
}
