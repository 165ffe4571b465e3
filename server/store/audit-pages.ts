import type { AuditPage } from '../../shared/protocol/commands';
import type { SqlRunner } from './sql-client';

/** Where the device's audit chain ends, as far as it was handed in. */
export async function auditHead(
  runner: SqlRunner,
  device: string,
): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
  const [row] = await runner.query<{ last: number; head: string }>(
    'select last, head from audit_page where device = $1 order by first desc limit 1',
    [device],
  );
  return row === undefined ? undefined : { seq: row.last, hash: row.head };
}

export async function keepAuditPage(
  runner: SqlRunner,
  device: string,
  page: AuditPage,
  head: string,
  nowMs: number,
): Promise<void> {
  await runner.query(
    'insert into audit_page (device, first, last, head, entries, received_ms) values ($1, $2, $3, $4, $5, $6)',
    [
      device,
      page.from,
      page.from + page.entries.length - 1,
      head,
      JSON.stringify(page.entries),
      nowMs,
    ],
  );
}
