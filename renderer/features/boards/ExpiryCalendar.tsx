import { memo } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useIsRtl, useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { BarChart } from '../../ui/BarChart';
import { ChartFrame } from '../../ui/ChartFrame';
import { openList } from './open-list';

interface ExpiryCalendarProps {
  readonly board: Board;
  readonly filter: Filter;
  readonly isTable: boolean;
}

/** What ends and what is due for review in each of the next 24 months. */
export const ExpiryCalendar = memo(function ExpiryCalendar({
  board,
  filter,
  isTable,
}: ExpiryCalendarProps) {
  const t = useT();
  const isRtl = useIsRtl();
  const months = board.calendar.map((month, index) => ({
    ...month,
    key: `${month.year}-${String(month.month).padStart(2, '0')}`,
    // The month of the present day holds what ends soonest; the colours repeat the status stages.
    colour: index === 0 ? 'var(--warn-solid)' : index < 3 ? 'var(--chart-1)' : 'var(--chart-2)',
  }));
  const open = (key: string, what: 'expiring' | 'reviews' = 'expiring') => {
    const month = months.find((one) => one.key === key);
    if (month) openList(filter, boardLists[what](board.day, month.year, month.month));
  };
  const total = months.reduce((sum, month) => sum + month.expiring, 0);
  const peak = months.reduce(
    (best, month) => (month.expiring > best.expiring ? month : best),
    months[0] ?? { key: '–', expiring: 0 },
  );
  return (
    <ChartFrame
      title={t('boards.calendar')}
      note={t('boards.calendar-note')}
      sentence={t('boards.calendar-sentence', {
        count: isolate(formatCount(total)),
        month: isolate(peak.key),
        peak: isolate(formatCount(peak.expiring)),
      })}
      isTable={isTable}
      legend={
        <>
          <span className="leg">
            <i className="warn" />
            {t('boards.this-month')}
          </span>
          <span className="leg">
            <i />
            {t('boards.next-months')}
          </span>
          <span className="leg">
            <i className="soft" />
            {t('boards.later')}
          </span>
          <span className="leg">
            <i className="off" />
            {t('boards.reviews')}
          </span>
        </>
      }
      table={() => ({
        head: [t('boards.month'), t('boards.expiring'), t('boards.reviews')],
        rows: months.map((month) => ({
          key: month.key,
          cells: [month.key, formatCount(month.expiring), formatCount(month.reviews)],
          onOpen: () => open(month.key),
          onFigure: [undefined, () => open(month.key), () => open(month.key, 'reviews')],
        })),
      })}
    >
      <BarChart
        label={t('boards.calendar')}
        series={[t('boards.expiring'), t('boards.reviews')]}
        upperColours={['var(--off-solid)']}
        isRtl={isRtl}
        formatValue={formatCount}
        onOpen={(key, series) => open(key, series === 1 ? 'reviews' : 'expiring')}
        data={months.map((month, index) => ({
          key: month.key,
          label:
            month.month === 1 || index === 0
              ? `${month.month}/${String(month.year).slice(2)}`
              : String(month.month),
          name: month.key,
          values: [month.expiring, month.reviews],
          colour: month.colour,
        }))}
      />
    </ChartFrame>
  );
});
