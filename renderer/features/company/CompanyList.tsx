import { useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useRowHeight } from '../../lib/use-row-height';
import { ColumnsDialog } from '../../parts/certificates/ColumnsDialog';
import { useCertificateColumns } from '../../parts/certificates/certificate-columns';
import { StatusTabs } from '../../parts/certificates/StatusTabs';
import { useListColumns } from '../../parts/certificates/use-list-columns';
import { useRows } from '../../parts/certificates/use-rows';
import { FailureState } from '../../parts/FailureState';
import { withChoice } from '../../parts/FilterChips';
import { useFilterWords } from '../../parts/use-filter-words';
import { Button } from '../../ui/Button';
import { PageState, Skeleton } from '../../ui/PageState';
import { PickChip } from '../../ui/PickChip';
import { listableRows, VirtualTable } from '../../ui/VirtualTable';

/** The company's certificates, by status. */
export function CompanyList({
  filter,
  onFilter,
}: {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}) {
  const t = useT();
  const words = useFilterWords();
  const rows = useRows({ text: '', filter });
  const list = useListColumns('company');
  const columns = useCertificateColumns(list.chosen);
  const rowHeight = useRowHeight();
  const [active, setActive] = useState(0);
  const [isChoosing, setChoosing] = useState(false);
  const { head } = rows;
  const { company, statuses: _statuses, ...others } = filter;
  if (rows.failure && !head)
    return (
      <section className="panel grow">
        <FailureState failure={rows.failure} onRetry={rows.reload} />
      </section>
    );
  return (
    <section className="panel grow results" aria-label={t('company.list')}>
      <div className="tbar">
        <StatusTabs
          counts={head?.byStatus ?? null}
          statuses={filter.statuses}
          onChange={(next) => onFilter(withChoice(filter, 'statuses', next))}
        />
        <span className="grow" />
        {words(others).map((word) => (
          <PickChip
            key={word}
            label=""
            value={word}
            removeLabel={t('filter.remove', { what: word })}
            onRemove={() => onFilter(company === undefined ? {} : { company })}
          />
        ))}
        {list.canKeep ? (
          <Button size="s" icon="cols" onClick={() => setChoosing(true)}>
            {t('lists.columns')}
          </Button>
        ) : null}
      </div>
      {head === null ? (
        <Skeleton label={t('state.loading')} rows={4} />
      ) : head.total === 0 ? (
        <PageState icon="id" title={t('company.none')} />
      ) : (
        <VirtualTable
          label={t('company.list')}
          columns={columns}
          count={listableRows(head.total, rowHeight)}
          rowAt={rows.rowAt}
          rowHeight={rowHeight}
          active={active}
          onActive={setActive}
          onOpen={(item) => goTo({ page: 'record', id: item.id, trail: item.company ?? '' })}
          onRange={rows.need}
        />
      )}
      <div className="tfoot" role="status">
        <span>
          {head === null ? null : t('company.count', { count: isolate(formatCount(head.total)) })}
        </span>
        <span className="end el">{t('search.not-fake')}</span>
      </div>
      {isChoosing ? <ColumnsDialog columns={list} onClose={() => setChoosing(false)} /> : null}
    </section>
  );
}
