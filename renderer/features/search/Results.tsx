import type { Filter } from '../../../shared/ipc/common';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useRowHeight } from '../../lib/use-row-height';
import { useCertificateColumns } from '../../parts/certificates/certificate-columns';
import { StatusTabs, tabOf } from '../../parts/certificates/StatusTabs';
import { useListColumns } from '../../parts/certificates/use-list-columns';
import type { Question, Rows } from '../../parts/certificates/use-rows';
import { withChoice } from '../../parts/FilterChips';
import { useFilterWords } from '../../parts/use-filter-words';
import { Skeleton } from '../../ui/PageState';
import { listableRows, VirtualTable } from '../../ui/VirtualTable';
import { ListButtons } from './ListButtons';
import { useSearch } from './search-store';

interface ResultsProps {
  readonly question: Question;
  readonly rows: Rows;
  readonly onFilter: (filter: Filter) => void;
  readonly onOpen: (item: CertificateItem) => void;
}

/** Tabs with real counts, filters, the dense table, and how it came about; the frame alone while another question is asked. */
export function Results({ question, rows, onFilter, onOpen }: ResultsProps) {
  const t = useT();
  const words = useFilterWords();
  const mode = useSearch((store) => store.mode);
  const active = useSearch((store) => store.active);
  const list = useListColumns(mode === 'quick' ? 'search-quick' : 'search-detailed');
  const columns = useCertificateColumns(list.chosen);
  const rowHeight = useRowHeight();
  const { head } = rows;
  const { filter } = question;
  const tab = tabOf(filter.statuses);
  const { statuses, regions: _r, kinds: _k, ...others } = filter;
  const narrowing = words({ ...others, ...(tab === null && statuses ? { statuses } : {}) });
  const listed = listableRows(head?.total ?? 0, rowHeight);
  return (
    <section className="panel grow results" aria-label={t('search.results')}>
      <div className="tbar">
        <StatusTabs
          counts={head?.byStatus ?? null}
          statuses={filter.statuses}
          onChange={(next) => onFilter(withChoice(filter, 'statuses', next))}
        />
        <ListButtons
          filter={filter}
          companyName={rows.rowAt(0)?.company ?? null}
          list={list}
          question={question}
          total={head?.total ?? 0}
          isExact={head?.isTotalExact ?? false}
          isPast={head === null || head.past !== null}
          selection={{
            from: 'list',
            text: question.text,
            filter,
            ...(question.meaning === undefined ? {} : { meaning: question.meaning }),
            ...(question.day === undefined ? {} : { day: question.day }),
          }}
          words={narrowing}
          onFilter={onFilter}
        />
      </div>
      {head === null ? (
        <Skeleton label={t('state.loading')} rows={6} />
      ) : (
        <VirtualTable
          label={t('search.results')}
          columns={columns}
          count={listed}
          rowAt={rows.rowAt}
          rowHeight={rowHeight}
          active={active}
          onActive={(index) => useSearch.setState({ active: index })}
          onOpen={onOpen}
          onRange={rows.need}
        />
      )}
      <div className="tfoot" role="status">
        <span>
          {head === null ? null : (
            <>
              {t(head.isTotalExact ? 'search.foot' : 'search.foot-more', {
                count: isolate(formatCount(head.total)),
                ms: isolate(Math.max(1, Math.round(head.tookMs))),
              })}
              {question.text === '' ? null : ` · ${t(`understood.${head.understood}`)}`}
              {head.isFuzzy ? ` · ${t('search.fuzzy')}` : ''}
              {listed < head.total
                ? ` · ${t('lists.too-many', { count: isolate(formatCount(listed)) })}`
                : ''}
            </>
          )}
        </span>
        <span className="end el">{t('search.not-fake')}</span>
      </div>
    </section>
  );
}
