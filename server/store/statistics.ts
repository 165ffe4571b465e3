import { FIRST_LEDGER } from '../../shared/protocol/statistics';
import type { SqlRunner } from './sql-client';

/** How an office releases statistics with noise. ε in thousandths. */
export interface OfficeStatistics {
  /** Wrapped by the key provider. */
  readonly secret: Uint8Array;
  readonly budgetMilli: number;
  /** What a ledger of a device gets by itself. */
  readonly shareMilli: number;
}

/** What one ledger of one device was given for a year. */
export interface StatisticsShare {
  readonly device: string;
  readonly ledger: string;
  readonly milli: number;
  readonly givenMs: number;
}

interface StatisticsRow extends Readonly<Record<string, unknown>> {
  readonly secret: Uint8Array;
  readonly budget_milli: number;
  readonly share_milli: number;
}

const officeStatisticsOf = (row: StatisticsRow): OfficeStatistics => ({
  secret: new Uint8Array(row.secret),
  budgetMilli: row.budget_milli,
  shareMilli: row.share_milli,
});

export async function findOfficeStatistics(
  runner: SqlRunner,
  office: string,
): Promise<OfficeStatistics | undefined> {
  const [row] = await runner.query<StatisticsRow>(
    'select secret, budget_milli, share_milli from office_statistics where office = $1',
    [office],
  );
  return row && officeStatisticsOf(row);
}

/** The same, made where there is none. Nobody else gives shares of the office until the transaction ends. */
export async function holdOfficeStatistics(
  runner: SqlRunner,
  office: string,
  first: OfficeStatistics,
): Promise<OfficeStatistics> {
  await runner.query(
    `insert into office_statistics (office, secret, budget_milli, share_milli) values ($1, $2, $3, $4)
     on conflict (office) do nothing`,
    [office, first.secret, first.budgetMilli, first.shareMilli],
  );
  const [row] = await runner.query<StatisticsRow>(
    'select secret, budget_milli, share_milli from office_statistics where office = $1 for update',
    [office],
  );
  if (row === undefined) throw new RangeError(`no office ${office}`);
  return officeStatisticsOf(row);
}

export async function setOfficeBudget(
  runner: SqlRunner,
  office: string,
  budgetMilli: number,
  shareMilli: number,
): Promise<void> {
  await runner.query(
    'update office_statistics set budget_milli = $2, share_milli = $3 where office = $1',
    [office, budgetMilli, shareMilli],
  );
}

/** The ledger that a device last said it keeps. */
export async function ledgerOf(runner: SqlRunner, device: string): Promise<string> {
  const [row] = await runner.query<{ statistics_ledger: string | null }>(
    'select statistics_ledger from device_contact where device = $1',
    [device],
  );
  return row?.statistics_ledger ?? FIRST_LEDGER;
}

/** Undefined: nothing was given to this ledger for the year. */
export async function findShare(
  runner: SqlRunner,
  device: string,
  ledger: string,
  year: number,
): Promise<number | undefined> {
  const [row] = await runner.query<{ milli: number }>(
    'select milli from statistics_share where device = $1 and ledger = $2 and year = $3',
    [device, ledger, year],
  );
  return row?.milli;
}

/** Everything that an office was given for a year, ledgers that are gone among it. */
export async function sharesOf(
  runner: SqlRunner,
  office: string,
  year: number,
): Promise<readonly StatisticsShare[]> {
  const rows = await runner.query<{
    device: string;
    ledger: string;
    milli: number;
    given_ms: number;
  }>(
    `select device, ledger, milli, given_ms from statistics_share where office = $1 and year = $2
     order by device, given_ms, ledger`,
    [office, year],
  );
  return rows.map(({ device, ledger, milli, given_ms }) => ({
    device,
    ledger,
    milli,
    givenMs: given_ms,
  }));
}

/** Adds to what a ledger has. The caller holds the office's row and has looked that it fits. */
export async function addShare(
  runner: SqlRunner,
  share: StatisticsShare & { readonly office: string; readonly year: number },
): Promise<void> {
  const { device, ledger, year, office, milli, givenMs } = share;
  await runner.query(
    `insert into statistics_share (device, ledger, year, office, milli, given_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict (device, ledger, year) do update set milli = statistics_share.milli + excluded.milli, given_ms = excluded.given_ms`,
    [device, ledger, year, office, milli, givenMs],
  );
}
