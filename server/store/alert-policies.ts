import type { AlertThresholds } from '../../shared/domain/alerts/thresholds';
import { ThresholdsSchema } from '../../shared/protocol/alert-policy';
import type { SqlRunner } from './sql-client';

/** A policy of alerts as it was set. */
export interface KeptAlertPolicy {
  readonly number: number;
  /** UTC ms. */
  readonly setMs: number;
  readonly thresholds: AlertThresholds;
}

/** The newest policy of an office, or null. */
export async function newestAlertPolicy(
  runner: SqlRunner,
  office: string,
): Promise<KeptAlertPolicy | null> {
  const [row] = await runner.query(
    'select number, thresholds, set_ms from alert_policy where office = $1 order by number desc limit 1',
    [office],
  );
  if (row === undefined) return null;
  const thresholds = ThresholdsSchema.parse(JSON.parse(String(row.thresholds)));
  return { number: Number(row.number), setMs: Number(row.set_ms), thresholds };
}

/** The same until the transaction ends: two who set one at the same time get two numbers. */
export async function holdAlertPolicy(
  runner: SqlRunner,
  office: string,
): Promise<KeptAlertPolicy | null> {
  await runner.query('select code from office where code = $1 for update', [office]);
  return newestAlertPolicy(runner, office);
}

export async function addAlertPolicy(
  runner: SqlRunner,
  office: string,
  { number, setMs, thresholds }: KeptAlertPolicy,
): Promise<void> {
  await runner.query(
    'insert into alert_policy (office, number, thresholds, set_ms) values ($1, $2, $3, $4)',
    [office, number, JSON.stringify(thresholds), setMs],
  );
}
