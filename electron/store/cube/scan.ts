import { STATUSES, type Status, wordOf } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import type { Cube } from './cube';
import type { DayColumns } from './day-columns';
import { compileFilter } from './row-filter';

/** Ids that match, best rank first, and what there is of each status before the status filter. */
export interface Matches {
  readonly ids: Float64Array;
  readonly byStatus: Partial<Record<Status, number>>;
  readonly total: number;
  readonly isTotalExact: boolean;
}

/** Rank of row i: 1 best … 4; 0 does not match. */
export type RankOf = (i: number) => number;

const RANKS = 4;

class Collected {
  private rows = new Uint32Array(1024);
  length = 0;

  push(i: number): void {
    if (this.length === this.rows.length) {
      const wider = new Uint32Array(this.rows.length * 2);
      wider.set(this.rows);
      this.rows = wider;
    }
    this.rows[this.length++] = i;
  }

  get all(): Uint32Array {
    return this.rows.subarray(0, this.length);
  }
}

export function statusCounts(counts: Uint32Array): Partial<Record<Status, number>> {
  const byStatus: Partial<Record<Status, number>> = {};
  counts.forEach((count, code) => {
    const word = wordOf(STATUSES, code);
    if (count > 0 && word !== undefined) byStatus[word] = count;
  });
  return byStatus;
}

/**
 * One pass over all rows, or over those (ascending) that alone can have a rank: exact counts, and the matching ids in
 * order of rank, then of row.
 */
export function scanCube(
  cube: Cube,
  columns: DayColumns,
  filter: Filter,
  scopes: readonly string[],
  rankOf: RankOf,
  rows: Uint32Array | null = null,
): Matches {
  const matches = compileFilter(cube, filter, scopes);
  const wanted = new Uint8Array(16).fill(filter.statuses === undefined ? 1 : 0);
  for (const word of filter.statuses ?? []) wanted[STATUSES[word]] = 1;
  const counts = new Uint32Array(16);
  const byRank = Array.from({ length: RANKS }, () => new Collected());
  const { status } = columns;
  const length = rows === null ? cube.count : rows.length;
  for (let k = 0; k < length; k++) {
    const i = rows === null ? k : (rows[k] ?? 0);
    const rank = rankOf(i);
    if (rank === 0 || !matches(i)) continue;
    const code = status[i] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
    if (wanted[code] === 1) byRank[rank - 1]?.push(i);
  }
  const total = byRank.reduce((sum, { length: found }) => sum + found, 0);
  const ids = new Float64Array(total);
  let at = 0;
  for (const { all } of byRank) for (const i of all) ids[at++] = cube.ids[i] ?? 0;
  return { ids, byStatus: statusCounts(counts), total, isTotalExact: true };
}
