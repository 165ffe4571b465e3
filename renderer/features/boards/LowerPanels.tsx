import { memo, useDeferredValue } from 'react';
import { useIsInView } from '../../lib/use-is-in-view';
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

/**
 * What stands below the first screen, in the person's order; drawn after what is seen at once. Until then its boxes are emptied
 * where they are looked at. Out of sight they are covered instead: emptying them costs a press a third of its styles.
 */
export function LowerPanels(props: LowerPanelsProps) {
  const later = useDeferredValue(props);
  const isLate = later.shown.board !== props.shown.board;
  const [box, isInView] = useIsInView<HTMLDivElement>();
  return (
    <div
      ref={box}
      className={isLate && isInView ? 'blowers awaiting' : 'blowers'}
      aria-busy={isLate}
    >
      <Panels {...later} />
      {isLate && !isInView ? <div className="bcover" /> : null}
    </div>
  );
}

const Panels = memo(function Panels({
  panels,
  shown,
  isTable,
  moment,
  slowMoment,
  isSettled,
}: LowerPanelsProps) {
  const { board, filter, year } = shown;
  return (
    <>
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
    </>
  );
});
