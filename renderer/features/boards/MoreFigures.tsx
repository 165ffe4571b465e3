import { memo } from 'react';
import type { Status } from '../../../shared/domain/model';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Trend } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { countOf } from './Kpis';
import { openList } from './open-list';

interface MoreFiguresProps {
  readonly board: Board;
  readonly filter: Filter;
  /** null: not there yet, or of another day. */
  readonly trend: Trend['points'];
}

/** The smaller figures in a line, with what changed since the end of the month before; pressing one opens its list. */
export const MoreFigures = memo(function MoreFigures({ board, filter, trend }: MoreFiguresProps) {
  const t = useT();
  const before = trend?.at(-2);
  const now = trend?.at(-1);
  const one = (status: Status) => [countOf(board, [status]), { statuses: [status] }] as const;
  return (
    <ul aria-label={t('boards.more-figures')}>
      {(
        [
          ['boards.within7', 'due7', board.within.d7, boardLists.within(board.day, 7)],
          ['boards.within30', 'due30', board.within.d30, boardLists.within(board.day, 30)],
          ['boards.within60', 'due60', board.within.d60, boardLists.within(board.day, 60)],
          ['status.review-overdue', 'overdue', ...one('review-overdue')],
          ['status.suspended', 'suspended', ...one('suspended')],
          ['status.revoked', 'revoked', ...one('revoked')],
          // How many were marked at a former month end is not known.
          ['status.under-verification', null, ...one('under-verification')],
          [
            'boards.not-renewed',
            null,
            board.renewal.ended - board.renewal.renewed,
            boardLists.lapsed(board.day),
          ],
        ] as const
      ).map(([word, point, count, change]) => {
        const by = point !== null && before && now ? changeText(now[point] - before[point]) : '';
        return (
          <li key={word}>
            <button
              type="button"
              title={by === '' ? undefined : t('boards.since', { change: isolate(by) })}
              disabled={count === 0}
              onClick={() => openList(filter, change as Filter)}
            >
              <span>
                {t(word)} <b className="num">{formatCount(count)}</b>
              </span>
              {by === '' ? null : (
                <span className="c3">
                  {' '}
                  <bdi>{by}</bdi>
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
});

/** Against the end of the month before; empty where it is the same. */
function changeText(by: number): string {
  return by === 0 ? '' : `${by > 0 ? '↑' : '↓'}${formatCount(Math.abs(by))}`;
}
