import type { CommandPayload } from '../../shared/protocol/commands';
import type { SqlRunner } from './sql-client';

/** What a device reported, and which. */
export interface ReportedAlert extends CommandPayload<'alert'> {
  readonly device: string;
  readonly dseq: number;
  readonly office: string;
  readonly takenMs: number;
}

export async function keepAlert(runner: SqlRunner, alert: ReportedAlert): Promise<void> {
  const { device, dseq, office, rule, about, day, firstMs, lastMs, count, usual, limit } = alert;
  await runner.query(
    `insert into alert (device, dseq, office, rule, about, day, first_ms, last_ms, count, usual, threshold, taken_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [device, dseq, office, rule, about, day, firstMs, lastMs, count, usual, limit, alert.takenMs],
  );
}

/** Most that one list has. */
const MOST = 500;

/** Alerts of an office, or of all, the newest first. */
export async function listAlerts(
  runner: SqlRunner,
  office: string | null,
): Promise<readonly ReportedAlert[]> {
  return runner.query<{ readonly [K in keyof ReportedAlert]: ReportedAlert[K] }>(
    `select device, dseq::double precision as dseq, office, rule, about, day, first_ms::double precision as "firstMs",
       last_ms::double precision as "lastMs", count, usual, threshold as "limit", taken_ms::double precision as "takenMs"
     from alert where $1::text is null or office = $1 order by taken_ms desc, device, dseq desc limit ${MOST}`,
    [office],
  );
}
