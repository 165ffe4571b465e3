import type { ExportWay } from '../../shared/domain/policy/export-policy';
import type { SqlRunner } from './sql-client';

/** A ticket as the centre keeps it: what it covers, never its code. */
export interface KeptTicket {
  readonly id: string;
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  readonly way: ExportWay;
  readonly maxRows: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
  /** JSON of the signed statement that travels to the device; null for one that was handed out in an answer. */
  readonly sealed: string | null;
  readonly revokedMs: number | null;
}

type Row = {
  id: string;
  office: string;
  device: string;
  user_id: string;
  way: ExportWay;
  max_rows: number;
  issued_ms: number;
  expires_ms: number;
  sealed: string | null;
  revoked_ms: number | null;
};

const kept = (row: Row): KeptTicket => ({
  id: row.id,
  office: row.office,
  device: row.device,
  userId: row.user_id,
  way: row.way,
  maxRows: row.max_rows,
  issuedMs: row.issued_ms,
  expiresMs: row.expires_ms,
  sealed: row.sealed,
  revokedMs: row.revoked_ms,
});

export async function keepTicket(
  runner: SqlRunner,
  ticket: Omit<KeptTicket, 'revokedMs'>,
): Promise<void> {
  await runner.query(
    `insert into export_ticket (id, office, device, user_id, way, max_rows, issued_ms, expires_ms, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ticket.id,
      ticket.office,
      ticket.device,
      ticket.userId,
      ticket.way,
      ticket.maxRows,
      ticket.issuedMs,
      ticket.expiresMs,
      ticket.sealed,
    ],
  );
}

export async function findTicket(runner: SqlRunner, id: string): Promise<KeptTicket | undefined> {
  const [row] = await runner.query<Row>('select * from export_ticket where id = $1', [id]);
  return row === undefined ? undefined : kept(row);
}

/** Sealed tickets that a device may still use, the next to expire first. */
export async function openTickets(
  runner: SqlRunner,
  device: string,
  nowMs: number,
  limit: number,
): Promise<readonly KeptTicket[]> {
  const rows = await runner.query<Row>(
    `select * from export_ticket t where device = $1 and sealed is not null and revoked_ms is null and expires_ms > $2
       and not exists (select 1 from export_use u where u.ticket = t.id)
     order by expires_ms, id limit $3`,
    [device, nowMs, limit],
  );
  return rows.map(kept);
}

/** Every ticket of an office, the newest first, with the trace number of the export that used it. */
export async function ticketsOf(
  runner: SqlRunner,
  office: string,
  limit: number,
): Promise<readonly (KeptTicket & { readonly usedBy: readonly string[] })[]> {
  const rows = await runner.query<Row>(
    'select * from export_ticket where office = $1 order by issued_ms desc, id limit $2',
    [office, limit],
  );
  const uses = await runner.query<{ ticket: string; trace: string }>(
    'select ticket, trace from export_use where ticket in (select id from export_ticket where office = $1) order by at_ms',
    [office],
  );
  return rows.map((row) => ({
    ...kept(row),
    usedBy: uses.filter(({ ticket }) => ticket === row.id).map(({ trace }) => trace),
  }));
}

/** False for a ticket that is not there or was withdrawn before. */
export async function withdrawTicket(
  runner: SqlRunner,
  id: string,
  nowMs: number,
): Promise<boolean> {
  const rows = await runner.query(
    'update export_ticket set revoked_ms = $2 where id = $1 and revoked_ms is null returning id',
    [id, nowMs],
  );
  return rows.length > 0;
}

/** One export that named a ticket. */
export interface TicketUseRow {
  readonly ticket: string;
  readonly device: string;
  readonly trace: string;
  readonly count: number;
  readonly atMs: number;
  /** Why the centre refused it; null for the one lawful use. */
  readonly fault: string | null;
}

/**
 * Notes that an export used a ticket. Holds the ticket's row, so that of two at the same moment the second is found.
 * Answers the trace number of the export that had it before, undefined for the first, and for the first told again.
 */
export async function noteUse(runner: SqlRunner, use: TicketUseRow): Promise<string | undefined> {
  await runner.query('select 1 from export_ticket where id = $1 for update', [use.ticket]);
  const [own] = await runner.query<{ fault: string | null }>(
    'select fault from export_use where ticket = $1 and device = $2 and trace = $3',
    [use.ticket, use.device, use.trace],
  );
  if (own?.fault === null && use.fault === null) return undefined;
  const [before] = await runner.query<{ trace: string }>(
    'select trace from export_use where ticket = $1 and not (device = $2 and trace = $3) order by at_ms limit 1',
    [use.ticket, use.device, use.trace],
  );
  const fault = use.fault ?? (before === undefined ? null : 'used');
  await runner.query(
    `insert into export_use (ticket, device, trace, count, at_ms, fault) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [use.ticket, use.device, use.trace, use.count, use.atMs, fault],
  );
  return before?.trace;
}

/** Uses that were refused, the newest first. */
export async function refusedUses(
  runner: SqlRunner,
  office: string,
): Promise<readonly TicketUseRow[]> {
  const rows = await runner.query<{
    ticket: string;
    device: string;
    trace: string;
    count: number;
    at_ms: number;
    fault: string | null;
  }>(
    `select u.* from export_use u join device d on d.id = u.device
     where d.office = $1 and u.fault is not null order by u.at_ms desc limit 200`,
    [office],
  );
  return rows.map(({ ticket, device, trace, count, at_ms: atMs, fault }) => ({
    ticket,
    device,
    trace,
    count,
    atMs,
    fault,
  }));
}
