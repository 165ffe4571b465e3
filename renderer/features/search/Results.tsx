import type { Filter } from '../../../shared/ipc/common';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { STATUS_GROUP_NAMES, STATUS_GROUPS, type StatusGroup } from '../../lib/status';
import { useRowHeight } from '../../lib/use-row-height';
import { useCertificateColumns } from '../../parts/certificates/certificate-columns';
import { useListColumns } from '../../parts/certificates/use-list-columns';
import type { Question, Rows } from '../../parts/certificates/use-rows';
import { withChoice } from '../../parts/FilterChips';
import { useFilterWords } from '../../parts/use-filter-words';
import { listableRows, VirtualTable } from '../../ui/VirtualTable';
import { ListButtons } from './ListButtons';
import { useSearch } from './search-store';

interface ResultsProps {
  readonly question: Question;
  readonly rows: Rows;
  readonly onFilter: (filter: Filter) => void;
  readonly onOpen: (item: CertificateItem) => void;
}

/** Which tab a status filter is; null when it is another set. */
function tabOf(statuses: Filter['statuses']): StatusGroup | 'all' | null {
  if (!statuses) return 'all';
  return (
    STATUS_GROUP_NAMES.find(
      (name) =>
        STATUS_GROUPS[name].length === statuses.length &&
        STATUS_GROUPS[name].every((status) => statuses.includes(status)),
    ) ?? null
  );
}

/** Tabs with real counts, filters, the dense table, and how it came about. */
export function Results({ question, rows, onFilter, onOpen }: ResultsProps) {
  const t = useT();
  const words = useFilterWords();
  const mode = useSearch((store) => store.mode);
  const active = useSearch((store) => store.active);
  const list = useListColumns(mode === 'quick' ? 'search-quick' : 'search-detailed');
  const columns = useCertificateColumns(list.chosen);
  const rowHeight = useRowHeight();
  const { head } = rows;
  if (!head) return null;
  const { filter } = question;
  const counts = head.byStatus;
  const sum = (statuses: readonly (keyof typeof counts)[]) =>
    statuses.reduce((total, status) => total + (counts[status] ?? 0), 0);
  const all = Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0);
  const tab = tabOf(filter.statuses);
  const { statuses, regions: _r, kinds: _k, ...others } = filter;
  const narrowing = words({ ...others, ...(tab === null && statuses ? { statuses } : {}) });
  const listed = listableRows(head.total, rowHeight);
  return (
    <section className="panel grow results" aria-label={t('search.results')}>
      <div className="tbar">
        <fieldset className="tabs" aria-label={t('search.tabs')}>
          <button
            type="button"
            className={tab === 'all' ? 'on' : undefined}
            aria-pressed={tab === 'all'}
            onClick={() => onFilter(withChoice(filter, 'statuses', undefined))}
          >
            {t('filter.all')}
            <em className="num">{formatCount(all)}</em>
          </button>
          {STATUS_GROUP_NAMES.map((name) => (
            <button
              key={name}
              type="button"
              className={tab === name ? 'on' : undefined}
              aria-pressed={tab === name}
              onClick={() => onFilter(withChoice(filter, 'statuses', [...STATUS_GROUPS[name]]))}
            >
              {t(`groups.${name}`)}
              <em className="num">{formatCount(sum(STATUS_GROUPS[name]))}</em>
            </button>
          ))}
        </fieldset>
        <span className="grow" />
        <ListButtons
          filter={filter}
          companyName={rows.rowAt(0)?.company ?? null}
          list={list}
          words={narrowing}
          onFilter={onFilter}
        />
      </div>
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
        keyOf={(row) => row.id}
      />
      <div className="tfoot" role="status">
        <span>
          {t(head.isTotalExact ? 'search.foot' : 'search.foot-more', {
            count: isolate(formatCount(head.total)),
            ms: isolate(Math.max(1, Math.round(head.tookMs))),
          })}
          {question.text === '' ? null : ` · ${t(`understood.${head.understood}`)}`}
          {head.isFuzzy ? ` · ${t('search.fuzzy')}` : ''}
          {listed < head.total
            ? ` · ${t('lists.too-many', { count: isolate(formatCount(listed)) })}`
            : ''}
        </span>
        <span className="end el">{t('search.not-fake')}</span>
      </div>
    </section>
  );
}
