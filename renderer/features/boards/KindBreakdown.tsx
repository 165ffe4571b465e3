import { memo } from 'react';
import type { ReadKind } from '../../../shared/domain/model';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { ChartFrame } from '../../ui/ChartFrame';
import { toggleFilter } from './boards-store';
import { openList } from './open-list';

interface KindBreakdownProps {
  readonly board: Board;
  readonly filter: Filter;
  readonly isTable: boolean;
}

/** Certificates by kind with the share that has expired; pressing a kind narrows the board to it. */
export const KindBreakdown = memo(function KindBreakdown({
  board,
  filter,
  isTable,
}: KindBreakdownProps) {
  const t = useT();
  const kinds = [...board.kinds].sort((a, b) => b.total - a.total);
  const most = Math.max(1, ...kinds.map((one) => one.total));
  const first = kinds[0];
  const opening = (kind: ReadKind) => ({
    onOpen: () => toggleFilter({ kinds: [kind] }),
    onFigure: [
      undefined,
      () => openList(filter, { kinds: [kind] }),
      () => openList(filter, { kinds: [kind], ...boardLists.expired() }),
    ],
  });
  return (
    <ChartFrame
      title={t('boards.kinds')}
      note={t('boards.unit')}
      sentence={
        first
          ? t('boards.kinds-sentence', {
              kind: kindText(t, first.kind),
              count: isolate(formatCount(first.total)),
            })
          : ''
      }
      isTable={isTable}
      table={() => ({
        head: [t('filter.kind'), t('boards.count'), t('boards.expired-rate')],
        rows: kinds.map((one) => ({
          key: one.kind,
          cells: [
            kindText(t, one.kind),
            formatCount(one.total),
            formatShare(one.expired, one.total),
          ],
          ...opening(one.kind),
        })),
      })}
    >
      <div className="body kindlist">
        <div className="kind h t12 c3" aria-hidden="true">
          <span />
          <span />
          <span>{t('boards.count')}</span>
          <span>{t('boards.expired-rate')}</span>
        </div>
        {kinds.map((one) => {
          const isOn = filter.kinds?.length === 1 && filter.kinds[0] === one.kind;
          return (
            <button
              key={one.kind}
              type="button"
              className={`kind t12${isOn ? ' on' : ''}`}
              aria-pressed={isOn}
              onClick={opening(one.kind).onOpen}
            >
              <span className="el" title={kindText(t, one.kind)}>
                {kindText(t, one.kind)}
              </span>
              <span className="bar">
                <i style={{ inlineSize: `${Math.max(2, (one.total / most) * 100)}%` }} />
              </span>
              <span className="num">{formatCount(one.total)}</span>
              <span className="num c2">{formatShare(one.expired, one.total)}</span>
            </button>
          );
        })}
      </div>
    </ChartFrame>
  );
});
