import { sumOf } from '../../../../shared/domain/statistics/budget';
import type { Epsilon } from '../../../../shared/domain/statistics/discrete-laplace';
import { fractionText, without } from '../../../../shared/domain/statistics/fraction';
import type { StatisticsBudget } from '../../../../shared/ipc/routes/statistics';
import type { StatisticsStatement } from '../../../../shared/protocol/statistics';
import type { StatisticsCalls, StatisticsGrant } from '../../../store/statistics-calls';

type Ledger = StatisticsCalls['statisticsLedger'][1];

const MILLI = 1_000;
const epsilonOf = (milli: number): Epsilon | null =>
  milli === 0 ? null : { numerator: milli, denominator: MILLI };

/** What the centre's statement allows. */
export const grantOf = ({ ledger, year, shareMilli }: StatisticsStatement): StatisticsGrant => ({
  ledger,
  year,
  share: epsilonOf(shareMilli),
});

/** The year's budget as a page shows it. `more`: also paid, in thought. */
export function budgetView(
  said: StatisticsStatement,
  { ledger, charges }: Ledger,
  year: number,
  more: readonly Epsilon[] = [],
): StatisticsBudget {
  const isOurs = said.year === year && said.ledger === ledger;
  const share = isOurs ? epsilonOf(said.shareMilli) : null;
  const paid = charges
    .filter((charge) => charge.ledger === ledger && charge.year === year)
    .map(({ epsilon }) => epsilon);
  const office = epsilonOf(said.budgetMilli);
  return {
    year,
    office: fractionText(without(office, [])),
    share: share === null ? null : fractionText(without(share, [])),
    spent: fractionText(sumOf(paid)),
    left: fractionText(without(share, [...paid, ...more])),
  };
}
