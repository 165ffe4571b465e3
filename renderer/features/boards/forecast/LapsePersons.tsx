import type { Filter } from '../../../../shared/ipc/common';
import type { LapseList } from '../../../../shared/ipc/routes/forecast';
import { useT } from '../../../i18n';
import { formatDay, formatShare, isolate } from '../../../lib/format';
import { kindText } from '../../../lib/kind-words';
import { goTo } from '../../../lib/navigation';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { AddToVisits } from '../../../parts/visits/AddToVisits';
import { Skeleton } from '../../../ui/PageState';

type Reason = LapseList['items'][number]['reasons'][number];

/** The certificates that will most probably lapse, each with what speaks for and against it. Asking is a look-up. */
export function LapsePersons({
  filter,
  moment,
}: {
  readonly filter: Filter;
  readonly moment: string;
}) {
  const t = useT();
  const query = useQuery('boards.lapse-list', { filter }, moment);
  if (query.failure) return <FailureState failure={query.failure} onRetry={query.reload} />;
  if (query.data === null) return <Skeleton label={t('forecast.loading')} rows={3} />;
  const word = ({ feature, weight }: Reason): string =>
    `${weight > 0 ? '↑' : '↓'} ${t(`forecast.why-${feature}`)}`;
  return (
    <>
      <span className="fcvisits">
        <AddToVisits
          selection={{ from: 'lapse', filter }}
          isDisabled={query.data.items.length === 0}
        />
      </span>
      <ul className="rl scroll fcpersons">
        {query.data.items.map(({ item, probability, isNamed, reasons }) => (
          <li key={item.id}>
            <button
              type="button"
              onClick={() => goTo({ page: 'record', id: item.id, trail: item.name })}
            >
              <span className="el">
                <span className="el blk">
                  <bdi>{item.name}</bdi> · <bdi>{item.company ?? kindText(t, item.kind)}</bdi> ·{' '}
                  <bdi>{formatDay(item.validity.validTo)}</bdi>
                </span>
                <span className="t12 c3 blk el" title={reasons.map(word).join(' · ')}>
                  {reasons.length === 0 ? t('forecast.average') : reasons.map(word).join(' · ')}
                </span>
              </span>
              <span className={`num b ${isNamed ? 'warn' : ''}`}>
                {isolate(formatShare(probability, 1))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
