import { useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { VisitSelection } from '../../../shared/ipc/routes/visits';
import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { ColumnsDialog } from '../../parts/certificates/ColumnsDialog';
import { FilterDialog } from '../../parts/certificates/FilterDialog';
import type { ListColumns } from '../../parts/certificates/use-list-columns';
import type { Question } from '../../parts/certificates/use-rows';
import { FilterChips } from '../../parts/FilterChips';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { Button } from '../../ui/Button';
import { ExportList } from './ExportList';

/** What narrows the list in words, and the buttons that change, shape and export it. */
export function ListButtons({
  filter,
  companyName,
  list,
  question,
  total,
  isExact,
  isPast,
  selection,
  words,
  onFilter,
}: {
  readonly filter: Filter;
  readonly companyName: string | null;
  readonly list: ListColumns;
  readonly question: Question;
  readonly total: number;
  readonly isExact: boolean;
  /** Of a past day: nothing of it is exported as if it were today’s. */
  readonly isPast: boolean;
  /** What is listed, for the list of visits. */
  readonly selection: VisitSelection;
  /** What narrows, part by part; the tabs' own filter apart. */
  readonly words: readonly string[];
  readonly onFilter: (filter: Filter) => void;
}) {
  const t = useT();
  const [open, setOpen] = useState<'filter' | 'columns' | null>(null);
  const close = () => setOpen(null);
  const company = filter.company === undefined ? null : companyName;
  const shown =
    company === null
      ? words
      : words.map((word) => (word === t('filter.one-company') ? company : word));
  return (
    <>
      <span className="narrow el t12 c2" title={shown.join(' · ')}>
        {shown.join(' · ')}
      </span>
      {words.length === 0 ? null : (
        <Button
          size="s"
          look="quiet"
          icon="x"
          aria-label={t('search.clear')}
          title={t('search.clear')}
          onClick={() => onFilter(filter.statuses ? { statuses: filter.statuses } : {})}
        />
      )}
      <FilterChips filter={filter} onChange={onFilter} />
      <Button size="s" icon="filter" onClick={() => setOpen('filter')}>
        {words.length === 0
          ? t('lists.filter')
          : t('lists.filter-on', { count: isolate(words.length) })}
      </Button>
      {list.canKeep ? (
        <Button size="s" icon="cols" onClick={() => setOpen('columns')}>
          {t('lists.columns')}
        </Button>
      ) : null}
      <AddToVisits selection={selection} />
      <ExportList question={question} total={total} isExact={isExact} isPast={isPast} />
      {open === 'filter' ? (
        <FilterDialog
          filter={filter}
          companyName={company}
          onClose={close}
          onApply={(next) => {
            close();
            onFilter(next);
          }}
        />
      ) : null}
      {open === 'columns' ? <ColumnsDialog columns={list} onClose={close} /> : null}
    </>
  );
}
