import type { PersonFile } from '../../../shared/ipc/routes/dossiers';
import { useT } from '../../i18n';
import { formatCount } from '../../lib/format';
import { goBack, goTo } from '../../lib/navigation';
import { STATUS_GROUPS, type StatusGroup } from '../../lib/status';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { Freshness } from '../../parts/Freshness';
import { KeepButton } from '../../parts/saved/KeepButton';
import { Button } from '../../ui/Button';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { PersonCertificates } from './PersonCertificates';

/** 一人一档: all that the slice has of a holder, certificate by certificate. */
export function PersonPage({ id }: { readonly id: number }) {
  const t = useT();
  const query = useQuery('records.person', { id }, useMoment());
  const person = query.data?.person ?? null;
  return (
    <div className="page">
      <div className="phead">
        <Button look="quiet" icon="left" flipsIcon aria-label={t('act.back')} onClick={goBack} />
        <h1>
          <bdi>{person?.name ?? t('record.person')}</bdi>
        </h1>
        <span className="mono c2">{person?.maskedId}</span>
        <span className="grow" />
        {person ? (
          <KeepButton subject="person" id={id} title={`${person.name} ${person.maskedId}`} />
        ) : null}
      </div>
      {query.failure ? (
        <section className="panel grow">
          <FailureState failure={query.failure} onRetry={query.reload} />
        </section>
      ) : query.data === null ? (
        <section className="panel grow">
          <Skeleton label={t('state.loading')} rows={6} />
        </section>
      ) : person === null ? (
        <section className="panel grow">
          <PageState icon="user" title={t('search.empty')} text={t('person.absent')} />
        </section>
      ) : (
        <>
          <Freshness />
          {person.hasMore ? (
            <Notice tone="warn" icon="layers">
              {t('person.more')}
            </Notice>
          ) : null}
          <Head person={person} />
          <PersonCertificates person={person} />
          <Employers person={person} />
        </>
      )}
    </div>
  );
}

function Head({ person }: { readonly person: PersonFile }) {
  const t = useT();
  const inGroups = (...groups: readonly StatusGroup[]) =>
    person.certificates.filter(({ item }) =>
      groups.some((group) =>
        (STATUS_GROUPS[group] as readonly string[]).includes(item.validity.status),
      ),
    ).length;
  const { company } = person;
  const figures = [
    { word: 'record.certificates', count: person.certificates.length, look: '' },
    { word: 'groups.valid', count: inGroups('valid', 'soon'), look: ' ok' },
    { word: 'record.to-do', count: inGroups('soon', 'expired'), look: ' warn' },
    { word: 'groups.stopped', count: inGroups('stopped'), look: '' },
  ] as const;
  return (
    <dl className="panel ident">
      {figures.map(({ word, count, look }) => (
        <div key={word}>
          <dt className="t12 c3">{t(word)}</dt>
          <dd className={`num t16 b${look}`}>{formatCount(count)}</dd>
        </div>
      ))}
      <div>
        <dt className="t12 c3">{t('record.sex')}</dt>
        <dd>{t(`record.${person.sex}`)}</dd>
      </div>
      <div>
        <dt className="t12 c3">{t('record.phone')}</dt>
        <dd className="mono">{person.maskedPhone ?? '–'}</dd>
      </div>
      <div className="w">
        <dt className="t12 c3">{t('person.employer')}</dt>
        <dd>
          {company === null ? (
            '–'
          ) : (
            <button
              type="button"
              className="link el"
              onClick={() => goTo({ page: 'company', id: company.id })}
            >
              <bdi>{company.name}</bdi>
            </button>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** Companies that stand on the certificates, the present employer apart. */
function Employers({ person }: { readonly person: PersonFile }) {
  const t = useT();
  const others = new Map<number, string>();
  for (const { item } of person.certificates) {
    if (item.companyId !== null && item.company !== null && item.companyId !== person.company?.id)
      others.set(item.companyId, item.company);
  }
  if (others.size === 0) return null;
  return (
    <section className="panel prov" aria-label={t('person.other-employers')}>
      <span>{t('person.other-employers')}</span>
      {[...others].slice(0, 4).map(([id, name]) => (
        <button
          key={id}
          type="button"
          className="link el"
          onClick={() => goTo({ page: 'company', id })}
        >
          <bdi>{name}</bdi>
        </button>
      ))}
    </section>
  );
}
