import { isCertificateKind } from '../../../../shared/domain/model';
import type { Filter } from '../../../../shared/ipc/common';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useFilterWords } from '../../../parts/use-filter-words';
import type { StatisticsQuestion } from './QuestionForm';

/** What of a board's filter narrows a shared table; `isWhole`: nothing of it is left out. */
export function statisticsPart({ regions, industries, kinds, ...rest }: Filter): {
  readonly part: NonNullable<StatisticsQuestion['filter']> | null;
  readonly isWhole: boolean;
} {
  // Tables have the kinds that have a word as their columns: another one narrows none.
  const known = kinds?.every(isCertificateKind) ? kinds.filter(isCertificateKind) : undefined;
  const part = {
    ...(regions === undefined ? {} : { regions }),
    ...(industries === undefined ? {} : { industries }),
    ...(known === undefined ? {} : { kinds: known }),
  };
  return {
    part: Object.keys(part).length === 0 ? null : part,
    isWhole: Object.keys(rest).length === 0 && known?.length === kinds?.length,
  };
}

/** Says whom the table counts: the board's filter, as far as shared tables follow it. */
export function Narrowing({
  filter,
  isWhole,
}: {
  readonly filter: Filter;
  readonly isWhole: boolean;
}) {
  const t = useT();
  const words = useFilterWords()(filter);
  if (words.length === 0 && isWhole) return null;
  return (
    <p className="t12 c2 statnarrow">
      {words.length === 0
        ? t('statistics.everybody')
        : t('statistics.narrowed', { filter: isolate(words.join(' · ')) })}
      {isWhole ? null : ` ${t('statistics.not-followed')}`}
    </p>
  );
}
