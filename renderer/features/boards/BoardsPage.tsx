import { memo, useDeferredValue, useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Trend } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatDay, isolate, today } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { FilterChips } from '../../parts/FilterChips';
import { Freshness } from '../../parts/Freshness';
import { GrantedSwitch } from '../../parts/granted/GrantedSwitch';
import { useGrants } from '../../parts/granted/use-grants';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { PageState, Skeleton } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { ChipSelect } from '../../ui/Select';
import { useBoards } from './boards-store';
import { CompanyList } from './CompanyList';
import { Comparison } from './Comparison';
import { ExpiryCalendar } from './ExpiryCalendar';
import { ExportMenu } from './ExportMenu';
import { ForecastPanel } from './forecast/ForecastPanel';
import { GrantedFigures } from './GrantedFigures';
import { KindBreakdown } from './KindBreakdown';
import { Kpis } from './Kpis';
import { LayoutDialog } from './LayoutDialog';
import { presetOf } from './open-list';
import { PrintButton } from './PrintButton';
import { yearBack } from './past-days';
import { RegionMap } from './RegionMap';
import { RegionRanking } from './RegionRanking';
import { StatisticsPanel } from './statistics/StatisticsPanel';
import { TrainingBodies } from './TrainingBodies';
import { useLayout } from './use-layout';

const narrow = (filter: Filter): void => useBoards.setState({ filter });

/** Every figure under one filter; pressing one narrows the board or opens the list behind it. */
export function BoardsPage() {
  const t = useT();
  const { filter, isTable, day: pastDay, withGranted } = useBoards();
  const hasGrants = useGrants().length > 0;
  const role = useDesk((store) => store.state?.session?.role);
  const [isArranging, setArranging] = useState(false);
  const layout = useLayout();
  const day = pastDay ?? today();
  const moment = useMoment();
  const query = useQuery('boards.query', { filter, day }, moment);
  // The frame of the former board stays while another one is asked for, emptied: the page neither jumps nor lies.
  const former = query.state === 'loading' ? query.former : null;
  const isAwaited = former !== null;
  const board = query.data ?? former?.data ?? null;
  const history = useQuery('boards.trend', board ? { filter } : null, moment);
  const year = history.data ?? (isAwaited ? (history.former?.data ?? null) : null);
  const trend = board && !board.isPast ? (year?.points ?? null) : null;
  const staffing = useQuery('boards.staff', board ? { filter, day } : null, moment);
  const staff = staffing.data?.staff;
  const isNarrowed = Object.keys(filter).length > 0;
  // The filter of what is shown: panels follow their figures, and are drawn once for a press.
  const shown = former?.input.filter ?? filter;
  return (
    <div className="page boards printable">
      <div className="bfirst">
        <div className="phead">
          <h1>{t('shell.boards')}</h1>
          <FilterChips filter={filter} withIndustry onChange={narrow} />
          <ChipSelect
            label={t('boards.day')}
            value={pastDay === null ? '' : String(pastDay)}
            choices={[
              { value: '', label: formatDay(today()) },
              ...yearBack(today()).map((one) => ({ value: String(one), label: formatDay(one) })),
            ]}
            onChange={(value) => useBoards.setState({ day: value === '' ? null : Number(value) })}
          />
          {isNarrowed ? (
            <Button
              look="quiet"
              size="s"
              icon="x"
              aria-label={t('search.clear')}
              title={t('search.clear')}
              onClick={() => useBoards.setState({ filter: {} })}
            />
          ) : null}
          <span className="end row">
            <Segmented
              label={t('boards.view')}
              value={isTable ? 'table' : 'chart'}
              choices={[
                { value: 'chart', label: t('boards.as-chart') },
                { value: 'table', label: t('boards.as-table') },
              ]}
              onChange={(view) => useBoards.setState({ isTable: view === 'table' })}
            />
            {layout.canKeep ? (
              <Button
                look="quiet"
                icon="cols"
                aria-label={t('boards.layout')}
                title={t('boards.layout')}
                onClick={() => setArranging(true)}
              />
            ) : null}
            <PrintButton isReady={query.data !== null} />
            {role === 'inspector' || role === 'head' ? (
              <ExportMenu board={query.data} filter={filter} />
            ) : null}
            <Button
              icon="table"
              disabled={query.data === null || query.data.total === 0}
              onClick={() => goTo({ page: 'search', preset: presetOf(filter, pastDay) })}
            >
              {query.data
                ? t('boards.list', { count: isolate(formatCount(query.data.total)) })
                : t('boards.list-any')}
            </Button>
          </span>
        </div>
        <Freshness />
        {board?.isPast && !isAwaited ? (
          <p className="note t12" role="status">
            <Icon name="info" size="s" />
            {t('boards.past', { day: isolate(formatDay(board.day)) })}
            {board.unknown > 0
              ? t('boards.past-unknown', { count: isolate(formatCount(board.unknown)) })
              : null}
          </p>
        ) : null}
        {hasGrants && pastDay === null ? (
          <GrantedSwitch
            isOn={withGranted}
            onChange={(isOn) => useBoards.setState({ withGranted: isOn })}
          />
        ) : null}
        {withGranted && hasGrants && pastDay === null ? <GrantedFigures filter={filter} /> : null}
        {query.failure && board ? (
          <FailureNote failure={query.failure} onRetry={query.reload} />
        ) : null}
        {board && board.total > 0 ? (
          <div className={isAwaited ? 'bframe awaiting' : 'bframe'} inert={isAwaited}>
            <Kpis
              board={board}
              filter={shown}
              trend={trend}
              staff={staff}
              staffTrend={board.isPast ? null : (year?.staff ?? null)}
              making={board.isPast ? null : history}
            />
            <div className="grid2 upper" aria-busy={query.state === 'loading'}>
              <ExpiryCalendar board={board} filter={shown} isTable={isTable} />
              <KindBreakdown board={board} filter={shown} isTable={isTable} />
            </div>
            <div className="grid2 grow" aria-busy={query.state === 'loading'}>
              <RegionMap board={board} filter={shown} isTable={isTable} />
              <CompanyList board={board} filter={shown} isTable={isTable} />
            </div>
          </div>
        ) : (
          <section className="panel grow">
            {query.failure ? (
              <FailureState failure={query.failure} onRetry={query.reload} />
            ) : board ? (
              <PageState icon="chart" title={t('boards.empty')} text={t('boards.empty-text')} />
            ) : (
              <Skeleton label={t('boards.loading')} rows={6} />
            )}
          </section>
        )}
      </div>
      {board && board.total > 0 ? (
        <div className={isAwaited ? 'bframe awaiting' : 'bframe'} inert={isAwaited}>
          <LowerPanels
            panels={layout.panels}
            board={board}
            filter={shown}
            exams={year?.exams ?? null}
            isTable={isTable}
            moment={moment}
          />
        </div>
      ) : null}
      {isArranging ? <LayoutDialog layout={layout} onClose={() => setArranging(false)} /> : null}
    </div>
  );
}

interface LowerPanelsProps {
  readonly panels: ReturnType<typeof useLayout>['panels'];
  readonly board: Board;
  readonly filter: Filter;
  readonly exams: Trend['exams'] | null;
  readonly isTable: boolean;
  readonly moment: string;
}

/** What stands below the first screen, in the person's order; drawn after what is seen at once. */
function LowerPanels(props: LowerPanelsProps) {
  const { board } = props;
  const later = useDeferredValue(props);
  return <Panels {...later} isLate={later.board !== board} />;
}

const Panels = memo(function Panels({
  panels,
  board,
  filter,
  exams,
  isTable,
  moment,
  isLate,
}: LowerPanelsProps & { readonly isLate: boolean }) {
  return (
    <>
      <div className="blower" aria-busy={isLate}>
        {panels.map((panel) =>
          panel === 'ranking' ? (
            <RegionRanking key={panel} board={board} filter={filter} isTable={isTable} />
          ) : panel === 'bodies' ? (
            <TrainingBodies
              key={panel}
              board={board}
              filter={filter}
              exams={exams}
              isTable={isTable}
            />
          ) : panel === 'forecast' ? (
            <ForecastPanel
              key={panel}
              filter={filter}
              isPast={board.isPast}
              isTable={isTable}
              moment={moment}
            />
          ) : (
            <Comparison key={panel} board={board} filter={filter} moment={moment} />
          ),
        )}
      </div>
      <StatisticsPanel filter={filter} moment={moment} />
    </>
  );
});
