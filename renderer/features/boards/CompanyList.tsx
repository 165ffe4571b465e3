import { memo, useState } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { useFailureText } from '../../parts/use-failure-text';
import { useAddToVisits } from '../../parts/visits/AddToVisits';
import { Button } from '../../ui/Button';
import { ChartFrame } from '../../ui/ChartFrame';
import { PageState } from '../../ui/PageState';
import { openList } from './open-list';

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
  const visits = useAddToVisits();
  const failureText = useFailureText();
  const [tried, setTried] = useState<number | null>(null);
  const visit = (company: number) => () => {
    setTried(company);
    void visits.add({ from: 'risk', filter: { ...filter, company } });
  };
  // By place: other companies are the same boxes with other words.
  const rows = board.companies.map((company, at) => ({ company, place: String(at) }));
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
      table={() => ({
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
      })}
    >
      {board.companies.length === 0 ? (
        <PageState icon="building" title={t('boards.no-companies')} />
      ) : (
        <ul className="rl scroll">
          {rows.map(({ company, place }) => (
            <li key={place} className="bvisit">
              <button type="button" onClick={list(company.id, {})}>
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
              {board.isPast ? null : visits.failure && tried === company.id ? (
                <Button
                  size="s"
                  icon="warn"
                  look="quiet"
                  aria-label={t('act.retry')}
                  title={failureText(visits.failure)}
                  onClick={visit(company.id)}
                />
              ) : (
                <Button
                  size="s"
                  icon="mark"
                  look="quiet"
                  aria-label={t('report.act-follow')}
                  title={t('report.visit-add-text')}
                  disabled={visits.isBusy}
                  onClick={visit(company.id)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </ChartFrame>
  );
});
