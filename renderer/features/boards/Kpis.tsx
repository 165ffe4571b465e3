import { memo, useState } from 'react';
import type { Status } from '../../../shared/domain/model';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Staff, Trend } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { STATUS_GROUPS } from '../../lib/status';
import { KpiTile } from '../../ui/KpiTile';
import { Sparkline } from '../../ui/Sparkline';
import { StaffDialog } from './lists/StaffDialog';
import { openList } from './open-list';

type Point = NonNullable<Trend['points']>[number];

/** Certificates of any of the statuses. */
export const countOf = ({ byStatus }: Board, statuses: readonly Status[]): number =>
  statuses.reduce((total, status) => total + (byStatus[status] ?? 0), 0);

interface KpisProps {
  readonly board: Board;
  readonly filter: Filter;
  /** null: not there yet, of another day, or not to be told under this filter. */
  readonly trend: readonly Point[] | null;
  /** Undefined: not there yet. Null: not to be told under this filter. */
  readonly staff: Staff | null | undefined;
  /** As `trend`. */
  readonly staffTrend: Trend['staff'];
}

/** The figures an office starts with, each with its year; pressing one opens the list behind it. */
export const Kpis = memo(function Kpis({ board, filter, trend, staff, staffTrend }: KpisProps) {
  const t = useT();
  const [isStaffOpen, setStaffOpen] = useState(false);
  const sum = (statuses: readonly Status[]) => countOf(board, statuses);
  const open = (change: Filter) => () => openList(filter, change);
  const share = (part: number) =>
    t('boards.share', { share: isolate(formatShare(part, board.total)) });
  const soon = sum(['expiring', 'review-due']);
  const expired = sum(STATUS_GROUPS.expired);
  const valid = sum(['valid']);
  const year = (pick: (point: Point) => number, tone: 'chart' | 'ok' | 'warn' | 'bad') =>
    board.isPast ? null : <Sparkline values={trend?.map(pick) ?? []} tone={tone} />;
  /** Against the end of the month before. */
  const since = (pick: (point: Point) => number, otherwise: string) => {
    const before = trend?.at(-2);
    const now = trend?.at(-1);
    if (before === undefined || now === undefined || pick(before) === 0) return otherwise;
    const change = pick(now) / pick(before) - 1;
    return t('boards.since', { change: isolate(signed(change * 100, '%')) });
  };
  const rate = ({ renewed, ended }: Point) => (ended === 0 ? 0 : renewed / ended);
  const renewals = ({ renewed, ended }: Point) => share1000(renewed, ended);
  const before = trend?.at(-2);
  const now = trend?.at(-1);
  /** Of which companies the rate is, or why there is none. */
  const staffNote = (of: Staff | null | undefined) => {
    if (of === undefined) return t('state.loading');
    if (of === null) return t('boards.staff-filter');
    if (of.stated === 0) return t('boards.staff-none');
    return t('boards.staff-note', {
      stated: isolate(formatCount(of.stated)),
      companies: isolate(formatCount(of.companies)),
    });
  };
  return (
    <>
      <section className="kpis seven" aria-label={t('boards.kpis')}>
        <KpiTile
          label={t('boards.total')}
          icon="id"
          tone="info"
          value={formatCount(board.total)}
          note={since((point) => point.total, t('boards.total-note'))}
          figure={year((point) => point.total, 'chart')}
          onOpen={open({})}
        />
        <KpiTile
          label={t('groups.valid')}
          icon="ok"
          tone="ok"
          value={formatCount(valid)}
          note={share(valid)}
          figure={year((point) => point.valid, 'ok')}
          onOpen={open({ statuses: ['valid'] })}
        />
        <KpiTile
          label={t('boards.soon')}
          icon="clock"
          tone="warn"
          value={formatCount(soon)}
          note={since((point) => point.soon, share(soon))}
          figure={year((point) => point.soon, 'warn')}
          onOpen={open({ statuses: ['expiring', 'review-due'] })}
        />
        <KpiTile
          label={t('boards.within90')}
          icon="cal"
          tone="info"
          value={formatCount(board.within.d90)}
          note={since((point) => point.due90, share(board.within.d90))}
          figure={year((point) => point.due90, 'chart')}
          onOpen={open(boardLists.within(board.day, 90))}
        />
        <KpiTile
          label={t('boards.expired')}
          icon="bad"
          tone="bad"
          value={formatCount(expired)}
          note={since((point) => point.expired, share(expired))}
          figure={year((point) => point.expired, 'bad')}
          onOpen={open({ statuses: [...STATUS_GROUPS.expired] })}
        />
        <KpiTile
          label={t('boards.renewal')}
          icon="review"
          tone="info"
          value={formatShare(board.renewal.renewed, board.isWhole ? board.renewal.ended : 0)}
          note={
            before && now
              ? t('boards.since-points', {
                  change: isolate(signed((rate(now) - rate(before)) * 100, '')),
                })
              : !board.isWhole
                ? t('boards.renewal-later')
                : t('boards.renewal-note', {
                    renewed: isolate(formatCount(board.renewal.renewed)),
                    ended: isolate(formatCount(board.renewal.ended)),
                  })
          }
          figure={year(renewals, 'chart')}
          onOpen={open(boardLists.lapsed(board.day))}
        />
        <KpiTile
          label={t('boards.staff')}
          icon="user"
          tone={staff && staff.stated > 0 ? 'info' : 'off'}
          value={staff && staff.stated > 0 ? formatShare(staff.certified, staff.headcount) : '–'}
          note={staffNote(staff)}
          figure={
            board.isPast || staff === null ? null : (
              <Sparkline
                values={(staffTrend ?? []).map((one) => share1000(one.certified, one.headcount))}
                tone="chart"
              />
            )
          }
          onOpen={staff && staff.stated > 0 ? () => setStaffOpen(true) : undefined}
        />
      </section>
      {isStaffOpen && staff ? (
        <StaffDialog filter={filter} day={board.day} onClose={() => setStaffOpen(false)} />
      ) : null}
    </>
  );
});

/** Shares in thousandths: a line's least height is one. */
const share1000 = (part: number, whole: number): number =>
  whole === 0 ? 0 : (1000 * part) / whole;

function signed(value: number, unit: string): string {
  const text = `${Math.abs(value).toFixed(1)}${unit}`;
  return value >= 0.05 ? `↑ ${text}` : value <= -0.05 ? `↓ ${text}` : text;
}
