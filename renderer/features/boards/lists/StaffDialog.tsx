import { useState } from 'react';
import { boardLists } from '../../../../shared/ipc/board-lists';
import type { Filter } from '../../../../shared/ipc/common';
import { useT } from '../../../i18n';
import { formatCount, formatShare, isolate } from '../../../lib/format';
import { regionName, useTables } from '../../../lib/tables';
import { useMoment } from '../../../lib/use-moment';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Skeleton } from '../../../ui/PageState';
import { openList } from '../open-list';
import { PAGE, Pages } from './Pages';

/** The companies behind the certified-staff rate, each with its persons and its headcount. */
export function StaffDialog({
  filter,
  day,
  onClose,
}: {
  readonly filter: Filter;
  /** The board's. */
  readonly day: number;
  readonly onClose: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const [offset, setOffset] = useState(0);
  const query = useQuery('boards.staff-list', { filter, day, offset, limit: PAGE }, useMoment());
  const { kinds, categories } = filter;
  // Region and industry of the rate are the company's own: those of its certificates may differ.
  const own: Filter = {
    ...(kinds === undefined ? {} : { kinds }),
    ...(categories === undefined ? {} : { categories }),
  };
  const { data } = query;
  const staff = data?.staff ?? null;
  return (
    <Dialog
      title={t('boards.staff-list')}
      isFull
      onClose={onClose}
      actions={
        <>
          <Pages
            offset={offset}
            total={(data ?? query.former?.data)?.staff?.stated ?? 0}
            onOffset={setOffset}
          />
          <Button onClick={onClose}>{t('act.close')}</Button>
        </>
      }
    >
      <div className="figlist" aria-busy={query.state === 'loading'}>
        {query.failure ? <FailureState failure={query.failure} onRetry={query.reload} /> : null}
        {data === null && !query.failure ? <Skeleton label={t('state.loading')} rows={8} /> : null}
        {staff === null ? null : (
          <>
            <p className="c2">
              {t('boards.staff-sum', {
                certified: isolate(formatCount(staff.certified)),
                headcount: isolate(formatCount(staff.headcount)),
                companies: isolate(formatCount(staff.stated)),
                rate: isolate(formatShare(staff.certified, staff.headcount)),
              })}
              {data && data.repeated > 0
                ? ` ${t('boards.staff-repeated', { count: isolate(formatCount(data.repeated)) })}`
                : null}
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
            <section className="scroll" tabIndex={0} aria-label={t('boards.staff-list')}>
              <table className="tbl figtable">
                <thead>
                  <tr>
                    <th scope="col">{t('boards.company')}</th>
                    <th scope="col">{t('boards.region')}</th>
                    {(['headcount', 'required', 'certified', 'staff'] as const).map((word) => (
                      <th key={word} scope="col" className="r">
                        {t(`boards.${word}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data?.items.map((one) => (
                    <tr key={one.company}>
                      <td>
                        <button
                          type="button"
                          className="link"
                          onClick={() =>
                            openList(own, { company: one.company, ...boardLists.inForce() })
                          }
                        >
                          <bdi>{one.name || String(one.company)}</bdi>
                        </button>
                      </td>
                      <td>{regionName(tables, one.region)}</td>
                      <td className="r num">{formatCount(one.headcount)}</td>
                      <td className="r num">{formatCount(one.required)}</td>
                      <td className={`r num${one.certified < one.required ? ' warn' : ''}`}>
                        {formatCount(one.certified)}
                      </td>
                      <td className="r num">{formatShare(one.certified, one.headcount)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </>
        )}
      </div>
    </Dialog>
  );
}
