import type { CrossRegionRequest } from '../../../../shared/ipc/routes/cross-region';
import { dayInShanghai } from '../../../../shared/kernel/day';

export type GrantAge = Pick<CrossRegionRequest, 'asOfMs' | 'isOld'>;

export const NOT_HERE: GrantAge = { asOfMs: null, isOld: false };

/** Age of rows that the centre signed at `asOfMs`; where nobody knows when, they are old. */
export function ageOfRows(asOfMs: number | null, nowMs: number, freshnessDays: number): GrantAge {
  const isOld = asOfMs === null || dayInShanghai(nowMs) - dayInShanghai(asOfMs) > freshnessDays;
  return { asOfMs, isOld };
}
