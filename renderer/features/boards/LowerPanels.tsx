import { memo, useDeferredValue } from 'react';
import { Comparison } from './Comparison';
import { ForecastPanel } from './forecast/ForecastPanel';
import { RegionRanking } from './RegionRanking';
import { StatisticsPanel } from './statistics/StatisticsPanel';
import { TrainingBodies } from './TrainingBodies';
import type { ShownBoard } from './use-board';
import type { useLayout } from './use-layout';

interface LowerPanelsProps {
  readonly panels: ReturnType<typeof useLayout>['panels'];
  readonly shown: ShownBoard;
  readonly isTable: boolean;
  readonly moment: string;
  readonly slowMoment: string;
  /** What reads every event may be asked under this filter. */
  readonly isSettled: boolean;
}

/** What stands below the first screen, in the person's order; drawn after what is seen at once, and emptied until then. */
export function LowerPanels(props: LowerPanelsProps) {
  const later = useDeferredValue(props);
  return <Panels {...later} isLate={later.shown.board !== props.shown.board} />;
}

const Panels = memo(function Panels({
  panels,
  shown,
  isTable,
  moment,
  slowMoment,
  isSettled,
  isLate,
}: LowerPanelsProps & { readonly isLate: boolean }) {
  const { board, filter, year } = shown;
  return (
    <div className={isLate ? 'bframe awaiting' : 'bframe'} aria-busy={isLate}>
      <div className="blower">
        {panels.map((panel) =>
          panel === 'ranking' ? (
            <RegionRanking key={panel} board={board} filter={filter} isTable={isTable} />
          ) : panel === 'bodies' ? (
            <TrainingBodies
              key={panel}
              board={board}
              filter={filter}
              exams={year?.exams ?? null}
              isTable={isTable}
            />
          ) : panel === 'forecast' ? (
            <ForecastPanel
              key={panel}
              filter={filter}
              isPast={board.isPast}
              isTable={isTable}
              moment={slowMoment}
              isSettled={isSettled}
            />
          ) : (
            <Comparison key={panel} board={board} filter={filter} moment={moment} />
          ),
        )}
      </div>
      <StatisticsPanel filter={filter} moment={slowMoment} />
    </div>
  );
});
