import type { TierRef } from '../../shared/protocol/manifest';
import type { TierRecord } from '../store/tiers';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long after the last one of its kind a tier is due. A day's is due a little early: upkeep is not punctual. */
const DUE_MS = { day: 23 * HOUR_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
/** How long a tier is listed after its end. */
const LISTED_MS = { day: 9 * DAY_MS, week: 65 * DAY_MS, month: 800 * DAY_MS } as const;
/** How many months back the tiers of a month's end begin: half a year away costs one tier, not six. */
const MONTH_SPANS = [1, 2, 3, 6, 12, 24] as const;

/** A state that a tier ended at, or from which the first one begins. */
export interface TierBoundary {
  readonly rseq: number;
  readonly atMs: number;
}

export interface PlannedTier {
  readonly tier: TierRef['tier'];
  readonly from: TierBoundary;
}

/** Ends of tiers of these kinds, ascending, with the beginning of the oldest one. */
function boundaries(
  tiers: readonly TierRecord[],
  origin: TierBoundary,
  kinds: readonly TierRef['tier'][],
): readonly TierBoundary[] {
  const found = new Map<number, TierBoundary>([[origin.rseq, origin]]);
  for (const { tier, to, toMs } of tiers)
    if (kinds.includes(tier)) found.set(to, { rseq: to, atMs: toMs });
  return [...found.values()].sort((a, b) => a.rseq - b.rseq);
}

/**
 * Which tiers to build, all of them up to `head`. Days: one from each day's end since the last week's,
 * weeks likewise since the last month's, months from several months back. So a device that was away
 * for half a year takes one month's tier, one week's and one day's, and a row that changed ten times in
 * between comes once in each at most. `origin`: where the first tier begins. `isAsked`: a day's tier now,
 * whatever the clock says.
 */
export function planTiers(state: {
  readonly tiers: readonly TierRecord[];
  readonly origin: TierBoundary;
  readonly head: number;
  readonly nowMs: number;
  readonly isAsked: boolean;
}): readonly PlannedTier[] {
  const { tiers, head, nowMs, isAsked } = state;
  const oldest = tiers.reduce<TierBoundary>(
    (low, { from, fromMs }) => (from < low.rseq ? { rseq: from, atMs: fromMs } : low),
    tiers.length === 0 ? state.origin : { rseq: Number.POSITIVE_INFINITY, atMs: 0 },
  );
  const days = boundaries(tiers, oldest, ['day', 'week', 'month']);
  const weeks = boundaries(tiers, oldest, ['week', 'month']);
  const months = boundaries(tiers, oldest, ['month']);
  const last = (list: readonly TierBoundary[]): TierBoundary => list.at(-1) ?? oldest;
  const isDue = (kind: TierRef['tier'], end: TierBoundary): boolean =>
    nowMs - end.atMs >= DUE_MS[kind];
  if (head <= last(days).rseq || !(isAsked || isDue('day', last(days)))) return [];
  const planned = new Map<number, PlannedTier>();
  const plan = (tier: TierRef['tier'], froms: readonly (TierBoundary | undefined)[]): void => {
    for (const from of froms)
      if (from !== undefined && from.rseq < head && !planned.has(from.rseq))
        planned.set(from.rseq, { tier, from });
  };
  if (isDue('month', last(months)))
    plan(
      'month',
      MONTH_SPANS.map((span) => months.at(-span)),
    );
  if (isDue('week', last(weeks)))
    plan(
      'week',
      weeks.filter(({ rseq }) => rseq >= last(months).rseq),
    );
  plan(
    'day',
    days.filter(({ rseq }) => rseq >= last(weeks).rseq),
  );
  return [...planned.values()];
}

/** Ends at or before which tiers leave the list, by kind. */
export function droppedBefore(nowMs: number): Readonly<Record<TierRef['tier'], number>> {
  return {
    day: nowMs - LISTED_MS.day,
    week: nowMs - LISTED_MS.week,
    month: nowMs - LISTED_MS.month,
  };
}
