import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import type { Rows } from '../../parts/certificates/use-rows';
import { askAs } from './search-store';

/** What else the text can mean that finds something: one press looks for that. Nothing where there is nothing. */
export function OtherMeanings({
  others,
}: {
  readonly others: NonNullable<Rows['head']>['others'];
}) {
  const t = useT();
  if (others.length === 0) return null;
  return (
    <p className="row meanings">
      <span>{t('search.others')}</span>
      {others.map(({ meaning, total, isTotalExact }) => (
        <button key={meaning} type="button" className="chip" onClick={() => askAs(meaning)}>
          {t(isTotalExact ? 'search.other' : 'search.other-more', {
            meaning: t(`understood.${meaning}`),
            count: isolate(formatCount(total)),
          })}
        </button>
      ))}
    </p>
  );
}
