import { useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { CompanyFile } from '../../../shared/ipc/routes/dossiers';
import { useT } from '../../i18n';
import { goBack, goTo } from '../../lib/navigation';
import { industryName, regionName, useTables } from '../../lib/tables';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { Freshness } from '../../parts/Freshness';
import { KeepButton } from '../../parts/saved/KeepButton';
import { Button } from '../../ui/Button';
import { PageState, Skeleton } from '../../ui/PageState';
import { CompanyFigures } from './CompanyFigures';
import { CompanyList } from './CompanyList';

/** 一企一档: what a company's certificates come to, and their list. */
export function CompanyPage({ id }: { readonly id: number }) {
  const t = useT();
  const query = useQuery('records.company', { id }, useMoment());
  const company = query.data?.company ?? null;
  const [filter, setFilter] = useState<Filter>({ company: id });
  return (
    <div className="page">
      <div className="phead">
        <Button look="quiet" icon="left" flipsIcon aria-label={t('act.back')} onClick={goBack} />
        <h1 className="el">
          <bdi>{company?.name ?? t('company.title')}</bdi>
        </h1>
        <span className="grow" />
        {company ? (
          <>
            <KeepButton subject="company" id={id} title={company.name} />
            <Button icon="seal" onClick={() => goTo({ page: 'exports', filter })}>
              {t('search.export')}
            </Button>
          </>
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
      ) : company === null ? (
        <section className="panel grow">
          <PageState icon="building" title={t('search.empty')} text={t('company.absent')} />
        </section>
      ) : (
        <>
          <Freshness />
          <Identity company={company} />
          <CompanyFigures
            company={company}
            onFilter={(next) => setFilter({ company: id, ...next })}
          />
          <CompanyList filter={filter} onFilter={setFilter} />
        </>
      )}
    </div>
  );
}

function Identity({ company }: { readonly company: CompanyFile }) {
  const t = useT();
  const tables = useTables();
  const isHighRisk = tables.highRiskIndustries.includes(company.industry);
  return (
    <dl className="panel ident">
      <div>
        <dt className="t12 c3">{t('record.uscc')}</dt>
        <dd className="mono">{company.uscc}</dd>
      </div>
      <div>
        <dt className="t12 c3">{t('filter.region')}</dt>
        <dd title={company.region}>
          <bdi>{regionName(tables, company.region)}</bdi>
        </dd>
      </div>
      <div>
        <dt className="t12 c3">{t('filter.industry')}</dt>
        <dd>
          <bdi>{industryName(tables, company.industry)}</bdi>
          {isHighRisk ? <span className="t12 bad"> · {t('company.high-risk')}</span> : null}
        </dd>
      </div>
    </dl>
  );
}
