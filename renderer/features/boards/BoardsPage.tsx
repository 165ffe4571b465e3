import { useT } from '../../i18n';
import { formatCount, formatDay, isolate, today } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { FilterChips } from '../../parts/FilterChips';
import { Freshness } from '../../parts/Freshness';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { PageState, Skeleton } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { useBoards } from './boards-store';
import { CompanyList } from './CompanyList';
import { ExpiryCalendar } from './ExpiryCalendar';
import { KindBreakdown } from './KindBreakdown';
import { Kpis } from './Kpis';
import { RegionMap } from './RegionMap';

/** Every figure under one filter; pressing one narrows the board or opens the list behind it. */
export function BoardsPage() {
  const t = useT();
  const { filter, isTable } = useBoards();
  const day = today();
  const query = useQuery('boards.query', { filter, day }, useMoment());
  const board = query.data;
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <div className="page boards">
      <div className="phead">
        <h1>{t('shell.boards')}</h1>
        <FilterChips
          filter={filter}
          withIndustry
          onChange={(next) => useBoards.setState({ filter: next })}
        />
        <span className="chip">
          <Icon name="cal" size="s" />
          <b className="num">{formatDay(board?.day ?? day)}</b>
        </span>
        {isNarrowed ? (
          <Button look="quiet" size="s" icon="x" onClick={() => useBoards.setState({ filter: {} })}>
            {t('search.clear')}
          </Button>
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
          <Button
            icon="table"
            disabled={!board || board.total === 0}
            onClick={() => goTo({ page: 'search', preset: { text: '', filter } })}
          >
            {board
              ? t('boards.list', { count: isolate(formatCount(board.total)) })
              : t('boards.list-any')}
          </Button>
        </span>
      </div>
      <Freshness />
      {query.failure && board ? (
        <FailureNote failure={query.failure} onRetry={query.reload} />
      ) : null}
      {board && board.total > 0 ? (
        <>
          <Kpis board={board} filter={filter} />
          <div className="grid2 upper" aria-busy={query.state === 'loading'}>
            <ExpiryCalendar board={board} filter={filter} isTable={isTable} />
            <KindBreakdown board={board} filter={filter} isTable={isTable} />
          </div>
          <div className="grid2 grow" aria-busy={query.state === 'loading'}>
            <RegionMap board={board} filter={filter} isTable={isTable} />
            <CompanyList board={board} filter={filter} />
          </div>
        </>
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
  );
}
