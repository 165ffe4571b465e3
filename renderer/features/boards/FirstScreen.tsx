import type { Trend } from '../../../shared/ipc/routes/boards';
import type { Query } from '../../lib/use-query';
import { CompanyList } from './CompanyList';
import { ExpiryCalendar } from './ExpiryCalendar';
import { KindBreakdown } from './KindBreakdown';
import { Kpis } from './Kpis';
import { MoreFigures } from './MoreFigures';
import { RegionMap } from './RegionMap';
import { TrendProgress } from './TrendProgress';
import type { ShownBoard } from './use-board';

interface FirstScreenProps {
  readonly shown: ShownBoard;
  /** The question for the year. */
  readonly history: Query<Trend>;
  readonly isTable: boolean;
  /** As in `BoardView`. */
  readonly isBehind: boolean;
}

/** Tiles and charts that are seen without scrolling. */
export function FirstScreen({ shown, history, isTable, isBehind }: FirstScreenProps) {
  const { board, filter, staff, year } = shown;
  // Of a past day there is no year.
  const trend = board.isPast ? null : (year?.points ?? null);
  const staffTrend = board.isPast ? null : (year?.staff ?? null);
  const charts = { board, filter, isTable };
  return (
    <>
      <Kpis {...{ board, filter, trend, staff, staffTrend }} />
      <div className="kstrip t12">
        <MoreFigures board={board} filter={filter} trend={trend} />
        {board.isPast ? null : <TrendProgress query={history} isBehind={isBehind} />}
      </div>
      <div className="grid2 upper">
        <ExpiryCalendar {...charts} />
        <KindBreakdown {...charts} />
      </div>
      <div className="grid2 grow">
        <RegionMap {...charts} />
        <CompanyList {...charts} />
      </div>
    </>
  );
}
