import { STATUSES, type Status } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import { formatCount } from '../../lib/format';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { useIsOld } from '../../parts/granted/GrantAge';
import { GrantHead } from '../../parts/granted/GrantHead';
import { type UsableGrant, useGrants } from '../../parts/granted/use-grants';
import { StatusTag } from '../../parts/StatusTag';

const ALL = Object.keys(STATUSES) as readonly Status[];

/** Figures of what was granted, under the board's filter: beside the office's own, counted into none of them. */
export function GrantedFigures({ filter }: { readonly filter: Filter }) {
  const grants = useGrants();
  return grants.map((grant) => <OneGrant key={grant.request} grant={grant} filter={filter} />);
}

function OneGrant({ grant, filter }: { readonly grant: UsableGrant; readonly filter: Filter }) {
  const t = useT();
  const { request } = grant;
  const isOld = useIsOld(request);
  const input = { request, text: '', filter, offset: 0, limit: 1 };
  const { data, failure, reload } = useQuery('cross-region.search', input, useMoment());
  const counts = data === null ? [] : ALL.filter((status) => data.byStatus[status]);
  return (
    <section className="panel granted-figures" data-granted={request}>
      <GrantHead grant={grant} />
      <div className="body col">
        {failure ? <FailureNote failure={failure} onRetry={reload} /> : null}
        {data === null || failure ? null : (
          <ul className="lines">
            {counts.map((status) => (
              <li key={status} data-status={status}>
                <StatusTag status={status} isOld={isOld} />
                <span className="end num">{formatCount(data.byStatus[status] ?? 0)}</span>
              </li>
            ))}
          </ul>
        )}
        <p className="t12 c3">{t('crossregion.granted-apart')}</p>
      </div>
    </section>
  );
}
