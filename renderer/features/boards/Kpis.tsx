import type { Status } from '../../../shared/domain/model';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { KpiTile } from '../../ui/KpiTile';
import { Sparkline } from '../../ui/Sparkline';
import { openList } from './open-list';

/** The six figures an office starts with. */
export function Kpis({ board, filter }: { readonly board: Board; readonly filter: Filter }) {
  const t = useT();
  const sum = (statuses: readonly Status[]) =>
    statuses.reduce((total, status) => total + (board.byStatus[status] ?? 0), 0);
  const open = (statuses: Status[]) => () => openList(filter, { statuses });
  const share = (part: number) =>
    t('boards.share', { share: isolate(formatShare(part, board.total)) });
  const soon = sum(['expiring', 'review-due']);
  const expired = sum(['expired', 'review-overdue']);
  const valid = sum(['valid']);
  const months = board.calendar.slice(0, 12).map((month) => month.expiring);
  return (
    <section className="kpis" aria-label={t('boards.kpis')}>
      <KpiTile
        label={t('boards.total')}
        icon="id"
        tone="info"
        value={formatCount(board.total)}
        note={t('boards.total-note')}
        onOpen={() => openList(filter, {})}
      />
      <KpiTile
        label={t('groups.valid')}
        icon="ok"
        tone="ok"
        value={formatCount(valid)}
        note={share(valid)}
        onOpen={open(['valid'])}
      />
      <KpiTile
        label={t('boards.soon')}
        icon="clock"
        tone="warn"
        value={formatCount(soon)}
        note={share(soon)}
        onOpen={open(['expiring', 'review-due'])}
      />
      <KpiTile
        label={t('boards.within90')}
        icon="cal"
        tone="info"
        value={formatCount(board.within.d90)}
        note={t('boards.within-note', {
          seven: isolate(formatCount(board.within.d7)),
          sixty: isolate(formatCount(board.within.d60)),
        })}
        figure={<Sparkline values={months} tone="chart" />}
        onOpen={() => openList(filter, boardLists.within(board.day, 90))}
      />
      <KpiTile
        label={t('boards.expired')}
        icon="bad"
        tone="bad"
        value={formatCount(expired)}
        note={share(expired)}
        onOpen={open(['expired', 'review-overdue'])}
      />
      <KpiTile
        label={t('boards.renewal')}
        icon="review"
        tone="info"
        value={formatShare(board.renewal.renewed, board.renewal.ended)}
        note={t('boards.renewal-note', {
          renewed: isolate(formatCount(board.renewal.renewed)),
          ended: isolate(formatCount(board.renewal.ended)),
        })}
        onOpen={() => openList(filter, boardLists.lapsed(board.day))}
      />
    </section>
  );
}
