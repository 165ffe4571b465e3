import { STATUSES } from '../../../shared/domain/model';
import { classify, type StatusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { Cube } from './cube';
import { baseStatusOf } from './read-base';

/** Not in force, or further away than any stage. */
export const FAR = 255;

/** What depends on the day, one byte a row each. */
export interface DayColumns {
  readonly status: Uint8Array;
  /** Days to the deciding date, up to 254, of certificates in force; FAR otherwise. */
  readonly daysLeft: Uint8Array;
}

/**
 * Days to the clock that decides while a certificate is in force (valid, expiring or review due), as
 * evaluateStatus says it: of two clocks the one of the worse status, then the nearer one.
 */
export function decidingDays(
  status: number,
  validTo: number,
  reviewDue: number,
  cutoffs: StatusCutoffs,
): number {
  const validity = validTo - cutoffs.today;
  const review = reviewDue - cutoffs.today;
  switch (status) {
    case STATUSES.expiring:
      return validity;
    case STATUSES['review-due']:
      return review;
    case STATUSES.valid:
      return reviewDue !== 0 && review < validity ? review : validity;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

function setDay(cube: Cube, cutoffs: StatusCutoffs, { status, daysLeft }: DayColumns, i: number) {
  const to = cube.validTo[i] ?? 0;
  const due = cube.reviewDue[i] ?? 0;
  const base = baseStatusOf(cube.baseStatus[i] ?? 0);
  const code = classify(cube.validFrom[i] ?? 0, to, due, base, cutoffs);
  status[i] = code;
  const days = decidingDays(code, to, due, cutoffs);
  daysLeft[i] = days < FAR ? days : FAR;
}

/** Computes both columns, with room for rows to come: about 10 ms a million rows. */
export function dayColumns(cube: Cube, cutoffs: StatusCutoffs): DayColumns {
  const room = cube.ids.length;
  const columns = { status: new Uint8Array(room), daysLeft: new Uint8Array(room) };
  for (let i = 0; i < cube.count; i++) setDay(cube, cutoffs, columns, i);
  return columns;
}

interface Kept {
  version: number;
  readonly columns: DayColumns;
}

/** Keeps the columns of the last two days asked for (lists use today, a board may look at another day). */
export class DayCache {
  private readonly kept = new Map<number, Kept>();

  of(cube: Cube, cutoffs: StatusCutoffs): DayColumns {
    const known = this.kept.get(cutoffs.today);
    if (known !== undefined && this.isCaughtUp(known, cube, cutoffs)) return known.columns;
    const columns = dayColumns(cube, cutoffs);
    this.kept.delete(cutoffs.today);
    if (this.kept.size > 1) this.kept.delete(this.kept.keys().next().value ?? 0);
    this.kept.set(cutoffs.today, { version: cube.version, columns });
    return columns;
  }

  /** Computes the rows that changed since; false where all are to be computed. */
  private isCaughtUp(known: Kept, cube: Cube, cutoffs: StatusCutoffs): boolean {
    if (known.version === cube.version) return true;
    const changed = cube.changedSince(known.version);
    if (changed === null || cube.count > known.columns.status.length) return false;
    for (const i of changed) setDay(cube, cutoffs, known.columns, i);
    known.version = cube.version;
    return true;
  }
}
