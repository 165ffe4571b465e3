import { STATUSES } from '../../../shared/domain/model';
import {
  classify,
  isStanding,
  type StatusCutoffs,
  statusCutoffs,
} from '../../../shared/domain/policy/cutoffs';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { Filter } from '../../../shared/ipc/common';
import type { Trend } from '../../../shared/ipc/routes/boards';
import { addMonths, dayOf, yearOf } from '../../../shared/kernel/day';
import { wantedStatuses } from './board-sums';
import type { Cube, DatedColumns } from './cube';
import { type DayColumns, dayColumnSteps, decidingDays } from './day-columns';
import type { History } from './history';
import type { Making } from './making';
import { baseStatusOf } from './read-base';
import { compileFilter } from './row-filter';
import { DatedRoom, stateSteps } from './state-on';
import { atOnce, type Steps, withPauses } from './steps';

const MONTHS_BACK = 12;
/** Points of a trend: the month ends of a year, then the day. */
export const TREND_POINTS = MONTHS_BACK + 1;
/** Rows between two pauses. */
const ROWS_PER_STEP = 16_384;
/** Classes of what is due, by days to the clock that decides, the nearest last; 0 is none of them. */
const DUE_DAYS = [90, 60, 30, 7] as const;
const LAPSED = DUE_DAYS.length + 1;
/** The class stands above the status: what is lapsed is due no more. */
const CLASS_AT = 4;
const RENEWAL_WINDOW_DAYS = 365;
const STATUS = 0x0f;
/** So many different states a byte holds. */
const CODES = 256;
const DATED: readonly (keyof Filter)[] = [
  'validToFrom',
  'validToUntil',
  'issuedFrom',
  'issuedUntil',
  'dueFrom',
  'dueUntil',
  'reviewFrom',
  'reviewUntil',
];

/** The slice on a past day, ready for a board. */
export interface PastDay {
  readonly cube: Cube;
  readonly columns: DayColumns;
  readonly periods: {
    eachEnded(from: number, until: number, tell: (row: number) => void): void;
  };
  readonly unknown: number;
}

/** The slice on a day before today, in steps. */
export function* pastDay(cube: Cube, history: History, cutoffs: StatusCutoffs): Steps<PastDay> {
  const { columns: dated, renewed, unknown } = yield* stateSteps(cube, history, cutoffs.today);
  const then = cube.asOf(dated);
  then.count = dated.kind.length;
  return {
    cube: then,
    columns: yield* dayColumnSteps(then, cutoffs),
    unknown,
    periods: {
      eachEnded(from, until, tell) {
        for (const row of renewed.rowsWithin(from, until)) tell(row);
      },
    },
  };
}

/** Last days of the twelve months before the day, then the day. */
export function trendDays(day: number): readonly number[] {
  let month = 1;
  while (month < 12 && (dayOf(yearOf(day), month + 1, 1) ?? 0) <= day) month++;
  const first = dayOf(yearOf(day), month, 1) ?? day;
  return [
    ...Array.from({ length: MONTHS_BACK }, (_, i) => addMonths(first, i + 1 - MONTHS_BACK) - 1),
    day,
  ];
}

interface Point {
  readonly day: number;
  /** Status, and the class of what is due or lapsed within a year; 0 where there was no such certificate. */
  readonly codes: Uint8Array;
  /** Rows whose period was extended and had ended within a year. */
  readonly renewed: Uint32Array;
  readonly unknown: number;
}

/** How many of the rows have each code: day by day over one column, which stays where the processor has it at hand. */
function tally(codes: Uint8Array, rows: Uint32Array): Uint32Array {
  const counts = new Uint32Array(CODES);
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i] ?? 0] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** A year of month ends, one byte a certificate each: a trend under any filter is one pass. */
export class TrendColumns {
  private constructor(private readonly points: readonly Point[]) {}

  /** In steps of some milliseconds; throws CANCELLED where it is called off. */
  static async build(
    cube: Cube,
    history: History,
    { pack, day }: { readonly pack: RulePack; readonly day: number },
    making: Making,
  ): Promise<TrendColumns> {
    const points: Point[] = [];
    const room = new DatedRoom();
    for (const then of trendDays(day)) {
      making.check();
      const steps = pointSteps(cube, history, statusCutoffs(pack, then), {
        marks: then === day ? 'today' : 'then',
        room,
      });
      points.push(await withPauses(steps, making.giveWay));
      making.advance();
    }
    return new TrendColumns(points);
  }

  /** Null where the filter names days: dates of now say nothing about a day before. */
  under(cube: Cube, filter: Filter, scopes: readonly string[]): Trend['points'] {
    return atOnce(this.steps(cube, filter, scopes));
  }

  /** As `under`, a day a step: at a million rows all days at once hold the next board up. */
  *steps(cube: Cube, filter: Filter, scopes: readonly string[]): Steps<Trend['points']> {
    if (DATED.some((field) => filter[field] !== undefined)) return null;
    const matches = compileFilter(cube, filter, scopes);
    const wanted = wantedStatuses(filter);
    const count = Math.min(cube.count, this.points[0]?.codes.length ?? 0);
    const passes = new Uint8Array(count);
    const rows = new Uint32Array(count);
    let length = 0;
    for (let i = 0; i < count; i++) {
      if (!matches(i)) continue;
      passes[i] = 1;
      rows[length++] = i;
    }
    const found = rows.subarray(0, length);
    const points: NonNullable<Trend['points']>[number][] = [];
    for (const point of this.points) {
      yield;
      points.push(pointUnder(point, { rows: found, passes, wanted }));
    }
    return points;
  }

  /** Overwrites what it holds. */
  zero(): void {
    for (const { codes, renewed } of this.points) {
      codes.fill(0);
      renewed.fill(0);
    }
  }

  /** Each day with what every certificate was: low four bits its status. */
  get days(): readonly { readonly day: number; readonly codes: Uint8Array }[] {
    return this.points;
  }

  /** Most certificates of any month end whose state then nobody can tell. */
  get unknown(): number {
    return Math.max(...this.points.map(({ unknown }) => unknown));
  }
}

/** The figures of a day over the rows that pass. */
function pointUnder(
  { day, codes, renewed: ended }: Point,
  {
    rows,
    passes,
    wanted,
  }: { readonly rows: Uint32Array; readonly passes: Uint8Array; readonly wanted: Uint8Array },
): NonNullable<Trend['points']>[number] {
  let renewed = 0;
  for (const row of ended)
    if (passes[row] === 1 && wanted[(codes[row] ?? 0) & STATUS] === 1) renewed++;
  const statuses = new Uint32Array(STATUS + 1);
  const classes = new Uint32Array(CODES >> CLASS_AT);
  tally(codes, rows).forEach((sum, code) => {
    const status = code & STATUS;
    if (status === 0 || wanted[status] === 0) return;
    statuses[status] = (statuses[status] ?? 0) + sum;
    const at = code >> CLASS_AT;
    classes[at] = (classes[at] ?? 0) + sum;
  });
  const of = (...words: readonly (keyof typeof STATUSES)[]): number =>
    words.reduce((sum, word) => sum + (statuses[STATUSES[word]] ?? 0), 0);
  const inClass = (one: number): number => classes[one] ?? 0;
  /** Classes from the nearest to this one. */
  const within = (days: (typeof DUE_DAYS)[number]): number =>
    DUE_DAYS.reduce((sum, one, i) => sum + (one <= days ? inClass(i + 1) : 0), 0);
  return {
    day,
    total: statuses.reduce((a, b) => a + b, 0),
    valid: of('valid'),
    soon: of('expiring', 'review-due'),
    due7: within(7),
    due30: within(30),
    due60: within(60),
    due90: within(90),
    expired: of('expired', 'review-overdue'),
    overdue: of('review-overdue'),
    suspended: of('suspended'),
    revoked: of('revoked'),
    ended: inClass(LAPSED) + renewed,
    renewed,
  };
}

function* pointSteps(
  cube: Cube,
  history: History,
  cutoffs: StatusCutoffs,
  how: Parameters<typeof stateSteps>[3],
): Steps<Point> {
  const day = cutoffs.today;
  const { columns: dated, renewed, unknown } = yield* stateSteps(cube, history, day, how);
  const codes = new Uint8Array(dated.kind.length);
  for (let from = 0; from < codes.length; from += ROWS_PER_STEP) {
    putCodes(dated, cutoffs, codes, from);
    yield;
  }
  return { day, codes, unknown, renewed: renewed.rowsWithin(day - RENEWAL_WINDOW_DAYS, day - 1) };
}

/** A plain loop over some rows: one that a generator stops in is several times as slow. */
function putCodes(
  { kind, baseStatus, validFrom, validTo, reviewDue }: DatedColumns,
  cutoffs: StatusCutoffs,
  codes: Uint8Array,
  from: number,
): void {
  const until = Math.min(codes.length, from + ROWS_PER_STEP);
  for (let i = from; i < until; i++) {
    if (kind[i] === 0) continue;
    const to = validTo[i] ?? 0;
    const due = reviewDue[i] ?? 0;
    const base = baseStatusOf(baseStatus[i] ?? 0);
    const status = classify(validFrom[i] ?? 0, to, due, base, cutoffs);
    const left = to - cutoffs.today;
    // As the board has it: a mark does not take the end of a period back.
    const isLapsed = isStanding(base) && left < 0 && left >= -RENEWAL_WINDOW_DAYS;
    codes[i] =
      status | ((isLapsed ? LAPSED : dueClass(decidingDays(status, to, due, cutoffs))) << CLASS_AT);
  }
}

function dueClass(days: number): number {
  if (days > 90) return 0;
  if (days > 60) return 1;
  if (days > 30) return 2;
  return days > 7 ? 3 : 4;
}
