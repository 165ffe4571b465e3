import { memo } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { ChartFrame } from '../../ui/ChartFrame';
import { toggleFilter } from './boards-store';
import { openList } from './open-list';
import { ShareBars } from './ShareBars';

/** Regions by the share of certificates that have expired; pressing one narrows the board to it. */
export const RegionRanking = memo(function RegionRanking({
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
  const rate = (one: Board['regions'][number]) => (one.total === 0 ? 0 : one.expired / one.total);
  const ranked = [...board.regions].sort((a, b) => rate(b) - rate(a));
  const [first] = ranked;
  const list = (region: string, change: Filter) => () =>
    openList(filter, { regions: [region], ...change });
  const open = (region: string) => () => toggleFilter({ regions: [region] });
  return (
    <ChartFrame
      title={t('boards.ranking')}
      note={t('boards.ranking-note')}
      sentence={
        first
          ? t('boards.ranking-sentence', {
              region: regionName(tables, first.region),
              share: isolate(formatShare(first.expired, first.total)),
            })
          : ''
      }
      isTable={isTable}
      table={() => ({
        head: [
          t('filter.region'),
          t('boards.count'),
          t('boards.expired'),
          t('boards.expired-rate'),
          t('boards.due90'),
        ],
        rows: ranked.map((one) => ({
          key: one.region,
          cells: [
            regionName(tables, one.region),
            formatCount(one.total),
            formatCount(one.expired),
            formatShare(one.expired, one.total),
            formatCount(one.due90),
          ],
          onOpen: open(one.region),
          onFigure: [
            undefined,
            list(one.region, {}),
            list(one.region, boardLists.expired()),
            undefined,
            list(one.region, boardLists.within(board.day, 90)),
          ],
        })),
      })}
    >
      <ShareBars
        heads={[t('boards.count'), t('boards.expired-rate')]}
        rows={ranked.map((one, place) => ({
          key: one.region,
          name: `${place + 1}. ${regionName(tables, one.region)}`,
          length: rate(one),
          cells: [formatCount(one.total), formatShare(one.expired, one.total)],
          onOpen: open(one.region),
        }))}
      />
    </ChartFrame>
  );
});
