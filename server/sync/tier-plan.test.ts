import { describe, expect, it } from 'vitest';
import { shortestCover } from '../../shared/protocol/tier-cover';
import type { TierRecord } from '../store/tiers';
import { droppedBefore, planTiers } from './tier-plan';

const DAY_MS = 86_400_000;
const origin = { rseq: 100, atMs: 0 };

/** A server that looks every twelve hours, with ten changes in between. */
function run(days: number): { readonly listed: readonly TierRecord[]; readonly head: number } {
  let listed: TierRecord[] = [];
  let head = origin.rseq;
  for (let nowMs = DAY_MS / 2; nowMs <= days * DAY_MS; nowMs += DAY_MS / 2) {
    head += 10;
    for (const { tier, from } of planTiers({
      tiers: listed,
      origin,
      head,
      nowMs,
      isAsked: false,
    })) {
      const bytes = (head - from.rseq) * 30;
      const parts = [{ sha256: '0'.repeat(64), bytes, rows: 1, to: head }];
      listed.push({ tier, from: from.rseq, fromMs: from.atMs, to: head, toMs: nowMs, parts });
    }
    const dropped = droppedBefore(nowMs);
    listed = listed.filter(({ tier, toMs }) => toMs > dropped[tier]);
  }
  return { listed, head };
}

describe('the plan of tiers', () => {
  // Would catch: months away that cost a tier for each, or a list that grows with the server's age.
  it('covers any absence in few tiers, and the list stays short', () => {
    const { listed } = run(730);
    const end = Math.max(...listed.map(({ to }) => to));
    expect(listed.length).toBeLessThan(200);
    for (const daysAway of [1, 3, 8, 20, 45, 100, 180, 270, 365, 500]) {
      const whole = end - daysAway * 20;
      const cover = shortestCover(listed, { whole, position: whole });
      expect([daysAway, cover.length > 0, cover.length <= 5]).toEqual([daysAway, true, true]);
      // Beginning somewhere within a tier costs at most what the next longer one costs.
      const span = cover.reduce((sum, { from, to }) => sum + (to - from), 0);
      expect([daysAway, span <= daysAway * 20 * 2 + 200]).toEqual([daysAway, true]);
    }
  });

  // Would catch: tiers of nothing, a second one within the day, or one that does not begin at the first snapshot.
  it('builds when it is due, or asked, and only when something changed', () => {
    const plan = (
      head: number,
      nowMs: number,
      isAsked: boolean,
      tiers: readonly TierRecord[] = [],
    ) => planTiers({ tiers, origin, head, nowMs, isAsked });
    expect(plan(100, 40 * DAY_MS, true)).toEqual([]);
    expect(plan(101, DAY_MS / 4, false)).toEqual([]);
    expect(plan(101, DAY_MS / 4, true)).toEqual([{ tier: 'day', from: origin }]);
    expect(plan(101, DAY_MS, false)).toEqual([{ tier: 'day', from: origin }]);
    expect(plan(101, 8 * DAY_MS, false)).toEqual([{ tier: 'week', from: origin }]);
    expect(plan(101, 31 * DAY_MS, false)).toEqual([{ tier: 'month', from: origin }]);
  });
});
