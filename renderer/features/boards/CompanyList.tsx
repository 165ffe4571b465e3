import { memo } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { regionName, useTables } from '../../lib/tables';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { ChartFrame } from '../../ui/ChartFrame';
import { PageState } from '../../ui/PageState';
import { useBoards } from './boards-store';
import { openList, presetOf } from './open-list';

/** Companies with the most certificates coming due; pressing one opens its list. */
export const CompanyList = memo(function CompanyList({
  board,
  filter,
  isTable,
}: {
  readonly board: Board;
  readonly filter: Filter;
  readonly isTable: boolean;
}) {
  const t = useT();
  const tables = useTables();
  const day = useBoards((state) => state.day);
  const list = (company: number, change: Filter) => () => openList(filter, { company, ...change });
  const [first] = board.companies;
  return (
    <ChartFrame
      title={t('boards.companies')}
      note={t('boards.companies-note')}
      sentence={
        first
          ? t('boards.companies-sentence', {
              company: isolate(first.name),
              due: isolate(formatCount(first.due90)),
              expired: isolate(formatCount(first.expired)),
            })
          : t('boards.no-companies')
      }
      isTable={isTable}
      table={{
        head: [
          t('search.col-company'),
          t('boards.count'),
          t('boards.due90'),
          t('boards.due90-rate'),
          t('boards.expired'),
        ],
        rows: board.companies.map((one) => ({
          key: String(one.id),
          cells: [
            one.name,
            formatCount(one.total),
            formatCount(one.due90),
            formatShare(one.due90, one.total),
            formatCount(one.expired),
          ],
          onOpen: list(one.id, {}),
          onFigure: [
            undefined,
            list(one.id, {}),
            list(one.id, boardLists.within(board.day, 90)),
            undefined,
            list(one.id, boardLists.expired()),
          ],
        })),
      }}
    >
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
                  <span className="el blk" dir="auto" title={company.name}>
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
                <span className="num b" title={t('boards.due90-rate')}>
                  {formatShare(company.due90, company.total)}
                </span>
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
    </ChartFrame>
  );
});
