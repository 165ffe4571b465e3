import { STATUSES } from '../../../shared/domain/model';
import { classify, isStanding, type StatusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { Cube } from './cube';
import { Calendar, NO_MONTH } from './months';
import { baseStatusOf } from './read-base';
import { atOnce, type Steps } from './steps';

/** Rows between two pauses. */
const ROWS_PER_STEP = 16_384;

/** Not in force, or further away than any stage. */
export const FAR = 255;

/** What depends on the day, one byte a row each. */
export interface DayColumns {
  readonly status: Uint8Array;
  /** Days to the deciding date, up to 254, of certificates in force; FAR otherwise. */
  readonly daysLeft: Uint8Array;
  /** Of certificates that their issuer left standing: month of the calendar in which they end, ENDED, or NO_MONTH. */
  readonly ends: Uint8Array;
  /** Of the same, the month in which their review is due, or NO_MONTH. */
  readonly reviews: Uint8Array;
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

/** Works out the columns row by row, all of one day. */
class DayRows {
  private readonly calendar: Calendar;

  constructor(
    private readonly cube: Cube,
    private readonly cutoffs: StatusCutoffs,
    private readonly columns: DayColumns,
  ) {
    this.calendar = new Calendar(cutoffs.today);
  }

  setAll(from: number, until: number): void {
    for (let i = from; i < until; i++) this.set(i);
  }

  set(i: number): void {
    const { cube, cutoffs, calendar } = this;
    const { status, daysLeft, ends, reviews } = this.columns;
    const to = cube.validTo[i] ?? 0;
    const due = cube.reviewDue[i] ?? 0;
    const base = baseStatusOf(cube.baseStatus[i] ?? 0);
    const code = classify(cube.validFrom[i] ?? 0, to, due, base, cutoffs);
    status[i] = code;
    const days = decidingDays(code, to, due, cutoffs);
    daysLeft[i] = days < FAR ? days : FAR;
    const stands = isStanding(base);
    ends[i] = stands ? calendar.endOf(to) : NO_MONTH;
    reviews[i] = stands ? calendar.reviewOf(due) : NO_MONTH;
  }
}

/** Computes the columns, with room for rows to come, in steps: some 15 ms a million rows. */
export function* dayColumnSteps(cube: Cube, cutoffs: StatusCutoffs): Steps<DayColumns> {
  const room = cube.ids.length;
  const columns = {
    status: new Uint8Array(room),
    daysLeft: new Uint8Array(room),
    ends: new Uint8Array(room),
    reviews: new Uint8Array(room),
  };
  const rows = new DayRows(cube, cutoffs, columns);
  for (let from = 0; from < cube.count; from += ROWS_PER_STEP) {
    rows.setAll(from, Math.min(cube.count, from + ROWS_PER_STEP));
    yield;
  }
  return columns;
}

/** As dayColumnSteps, at once. */
export function dayColumns(cube: Cube, cutoffs: StatusCutoffs): DayColumns {
  return atOnce(dayColumnSteps(cube, cutoffs));
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
    const rows = new DayRows(cube, cutoffs, known.columns);
    for (const i of changed) rows.set(i);
    known.version = cube.version;
    return true;
  }
}
