import type { BoardState } from '../../../shared/protocol/board-state';
import { useT } from '../../i18n';
import { formatDay, isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';

/** A board in words: its day, and what it is held against. */
export function useBoardWords(): (board: BoardState) => string {
  const t = useT();
  const tables = useTables();
  return ({ day, rival }) => {
    const shown = isolate(formatDay(day));
    if (rival === null) return t('exports.board-of', { day: shown });
    const other = rival.kind === 'day' ? formatDay(rival.day) : regionName(tables, rival.region);
    return t('exports.board-against', { day: shown, other: isolate(other) });
  };
}
