import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { regionName, useTables } from '../../lib/tables';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { PageState } from '../../ui/PageState';
import { useBoards } from './boards-store';
import { presetOf } from './open-list';

/** Companies with the most certificates coming due; pressing one opens its list. */
export function CompanyList({ board, filter }: { readonly board: Board; readonly filter: Filter }) {
  const t = useT();
  const tables = useTables();
  const day = useBoards((state) => state.day);
  return (
    <section className="panel" aria-label={t('boards.companies')}>
      <header className="low">
        <h2>{t('boards.companies')}</h2>
        <span className="t12 c3 el">{t('boards.companies-note')}</span>
      </header>
      {board.companies.length === 0 ? (
        <PageState icon="building" title={t('boards.no-companies')} />
      ) : (
        <ul className="rl scroll">
          {board.companies.map((company) => (
            <li key={company.id} className="bvisit">
              <button
                type="button"
                onClick={() =>
                  goTo({
                    page: 'search',
                    preset: presetOf({ ...filter, company: company.id }, day),
                  })
                }
              >
                <span className="el">
                  <span className="el blk" title={company.name}>
                    {company.name}
                  </span>
                  <span className="t12 c3">
                    <bdi>{regionName(tables, company.region)}</bdi> ·{' '}
                    <bdi>
                      {t('boards.company-due', {
                        due: isolate(formatCount(company.due90)),
                        total: isolate(formatCount(company.total)),
                      })}
                    </bdi>
                  </span>
                </span>
                <span className="num b">{formatShare(company.due90, company.total)}</span>
                <span className={`t12 ${company.expired > 0 ? 'bad' : 'c3'}`}>
                  {t('boards.company-expired', { count: isolate(formatCount(company.expired)) })}
                </span>
              </button>
              {board.isPast ? null : (
                <AddToVisits
                  isIcon
                  selection={{ from: 'risk', filter: { ...filter, company: company.id } }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
