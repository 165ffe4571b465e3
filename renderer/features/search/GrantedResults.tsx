import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import type { Question } from '../../parts/certificates/use-rows';
import { FailureNote } from '../../parts/FailureState';
import { GrantedTable } from '../../parts/granted/GrantedTable';
import { GrantHead } from '../../parts/granted/GrantHead';
import type { UsableGrant } from '../../parts/granted/use-grants';
import { Skeleton } from '../../ui/PageState';

const SHOWN = 20;

interface GrantedResultsProps {
  readonly question: Question;
  readonly grants: readonly UsableGrant[];
}

/** The same question to the rows of each grant: beside the office's results, never among them. */
export function GrantedResults({ question, grants }: GrantedResultsProps) {
  return grants.map((grant) => <OneGrant key={grant.request} question={question} grant={grant} />);
}

function OneGrant({
  question,
  grant,
}: {
  readonly question: Question;
  readonly grant: UsableGrant;
}) {
  const t = useT();
  const tables = useTables();
  const { request } = grant;
  const names = grant.regions.map((region) => regionName(tables, region)).join(' ');
  // Two grants may be of one region.
  const label = `${t('crossregion.granted-from', { region: isolate(names) })} ${formatTime(grant.untilMs)}`;
  const { text, filter } = question;
  const input = { request, text, filter, offset: 0, limit: SHOWN };
  const { data, failure, reload } = useQuery('cross-region.search', input, useMoment());
  return (
    <section className="panel granted-results" data-granted={request}>
      <GrantHead grant={grant} />
      <div className="body col">
        {failure ? <FailureNote failure={failure} onRetry={reload} /> : null}
        {failure ? null : data === null ? (
          <Skeleton label={t('state.loading')} rows={2} />
        ) : data.items.length === 0 ? (
          <p className="c3">{t('crossregion.not-found')}</p>
        ) : (
          <>
            <GrantedTable request={request} items={data.items} label={label} />
            <p className="t12 c3">
              {t(data.total > SHOWN ? 'crossregion.granted-some' : 'crossregion.found', {
                count: isolate(formatCount(data.total)),
                shown: isolate(formatCount(data.items.length)),
              })}
            </p>
          </>
        )}
      </div>
    </section>
  );
}
