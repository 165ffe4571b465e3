import type { ControlReceipt } from '../../shared/protocol/control';
import {
  type DirectiveStatement,
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { SqlRunner } from './sql-client';

/** Holds the device's row until the transaction ends. */
export async function holdDevice(runner: SqlRunner, device: string): Promise<void> {
  await runner.query('select 1 from device where id = $1 for update', [device]);
}

/**
 * The next directive's number for a device. Holds the device's row until the transaction ends, so
 * that the numbers have no gaps.
 */
export async function nextDirectiveSeq(runner: SqlRunner, device: string): Promise<number> {
  await holdDevice(runner, device);
  const [row] = await runner.query<{ last: number }>(
    'select coalesce(max(seq), 0)::int as last from directive where device = $1',
    [device],
  );
  return (row?.last ?? 0) + 1;
}

export async function addDirective(
  runner: SqlRunner,
  { device, seq, id, kind, reason, issuedMs, mark }: DirectiveStatement,
  envelope: SignedStatement,
): Promise<void> {
  await runner.query(
    'insert into directive (device, seq, id, kind, reason, issued_ms, envelope, mark) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [device, seq, id, kind, reason, issuedMs, JSON.stringify(envelope), mark ?? null],
  );
}

/** Directives of the device that it has not receipted: wipes and locks, which wait for no other, then the oldest first. */
export async function openDirectives(
  runner: SqlRunner,
  device: string,
  limit: number,
): Promise<readonly SignedStatement[]> {
  const rows = await runner.query<{ envelope: unknown }>(
    `select envelope from directive d where device = $1 and not exists (
       select 1 from control_receipt r where r.device = d.device and r.directive = d.id)
     order by (kind in ('wipe', 'lock')) desc, seq limit $2`,
    [device, limit],
  );
  return rows.map(({ envelope }) => SignedStatementSchema.parse(envelope));
}

/** An order and what the device says became of it; null: nothing yet. */
export interface DirectiveStanding {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly issuedMs: number;
  readonly outcome: string | null;
  readonly refused: string | null;
}

/** Orders of a device, the newest first. */
export function directivesOf(
  runner: SqlRunner,
  device: string,
  limit: number,
): Promise<readonly DirectiveStanding[]> {
  return runner.query<{ readonly [K in keyof DirectiveStanding]: DirectiveStanding[K] }>(
    `select d.seq::double precision as seq, d.id, d.kind, d.reason, d.issued_ms::double precision as "issuedMs",
       r.outcome, r.receipt->>'reason' as refused
     from directive d left join control_receipt r on r.device = d.device and r.directive = d.id
     where d.device = $1 order by d.seq desc limit $2`,
    [device, limit],
  );
}

/** Keeps a receipt; a repetition changes nothing. A person's act has no directive. */
export async function keepReceipt(
  runner: SqlRunner,
  receipt: ControlReceipt,
  nowMs: number,
): Promise<void> {
  const { device, directive, outcome, atMs } = receipt;
  await runner.query(
    `insert into control_receipt (device, directive, outcome, at_ms, received_ms, receipt)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [device, directive ?? '', outcome, atMs, nowMs, JSON.stringify(receipt)],
  );
}
