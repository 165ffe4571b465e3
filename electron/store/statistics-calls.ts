import type { Epsilon } from '../../shared/domain/statistics/discrete-laplace';
import type { StatisticsFilter, StatisticsTable } from '../../shared/domain/statistics/question';
import type { AuditInput } from './ledger-protocol';

/** A release that was paid for, as the journal keeps it. */
export interface StatisticsCharge {
  /** Names question, data and ε; made under the office's secret, so that it tells nothing of the figures. */
  readonly key: string;
  readonly year: number;
  readonly epsilon: Epsilon;
  readonly table: StatisticsTable;
  readonly atMs: number;
  readonly ledger: string;
}

/** What the centre allows: to one ledger, for one year. */
export interface StatisticsGrant {
  readonly ledger: string;
  readonly year: number;
  /** Null: nothing. */
  readonly share: Epsilon | null;
}

/** `no-share`: the grant is none, of another year or of another ledger; `clock`: releases of a later year are written down. */
export type ChargeVerdict = 'free' | 'charged' | 'refused' | 'no-share' | 'clock';

export interface StatisticsCalls {
  /**
   * How many people are counted in each cell; every person with a certificate in force counts once, in the cell of the
   * newest one. `rows` and `columns` are codes; what is in none of them is counted under 0.
   */
  statisticsCount: [
    {
      readonly table: StatisticsTable;
      /** Only certificates under it count; a person counts in the cell of the newest of those. */
      readonly filter?: StatisticsFilter | undefined;
      readonly rows: readonly number[];
      readonly columns: readonly number[];
    },
    {
      /** [row][column] */
      readonly counts: readonly (readonly number[])[];
      /** The day that the store takes for today. */
      readonly day: number;
    },
  ];
  /** Which ledger the journal keeps, and everything that was paid for, the newest first. */
  statisticsLedger: [
    Record<string, never>,
    { readonly ledger: string; readonly charges: readonly StatisticsCharge[] },
  ];
  /** Pays for a release in one transaction with its audit entry; a refusal writes nothing. */
  statisticsCharge: [
    {
      readonly charge: Omit<StatisticsCharge, 'ledger'>;
      readonly grant: StatisticsGrant;
      readonly audit: AuditInput;
      /** Only tells what would be. */
      readonly isAsked: boolean;
    },
    { readonly verdict: ChargeVerdict },
  ];
}
