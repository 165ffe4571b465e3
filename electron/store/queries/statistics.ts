import { STATUSES } from '../../../shared/domain/model';
import { plainFilter, STATISTICS_MONTHS } from '../../../shared/domain/statistics/question';
import { addMonths, isoFromDay, parseIsoDay } from '../../../shared/kernel/day';
import type { Cube } from '../cube/cube';
import type { DayColumns } from '../cube/day-columns';
import { compileFilter } from '../cube/row-filter';
import { pause } from '../cube/steps';
import type { StatisticsCalls } from '../statistics-calls';
import type { Desk } from './desk';

type Ask = StatisticsCalls['statisticsCount'][0];

/** Rows of a step: a look-up in between waits for no more. */
const ROWS_PER_STEP = 8_192;
/** So often a count begins again because a synchronisation changed rows meanwhile; then it goes on without a pause. */
const MOST_BEGINNINGS = 5;

/** In force on the day, whatever comes soon. */
const IN_FORCE: readonly number[] = [STATUSES.valid, STATUSES.expiring, STATUSES['review-due']];

/** Counts people by the cells of a table, from the columns in memory. */
export async function countPeople(
  desk: Desk,
  ask: Ask,
): Promise<StatisticsCalls['statisticsCount'][1]> {
  const { cube, days } = await desk.warm.figures();
  const { today } = desk.rules.cutoffs;
  for (let beginning = 1; ; beginning++) {
    const { version } = cube;
    const columns = days.of(cube, desk.rules.cutoffs);
    const isLast = beginning === MOST_BEGINNINGS;
    const newest = await newestInForce(desk.scopes, ask, { cube, columns, isLast });
    if (newest === null || cube.version !== version) continue;
    return { counts: tableOf(cube, [...newest.values()], ask, today), day: today };
  }
}

interface Source {
  readonly cube: Cube;
  readonly columns: DayColumns;
  readonly isLast: boolean;
}

/** The row of each person's newest certificate in force under the filter, of two of one day the one with the higher id; null: rows changed. */
async function newestInForce(
  scopes: readonly string[],
  { filter }: Ask,
  { cube, columns, isLast }: Source,
): Promise<Map<number, number> | null> {
  const { version, count, ids, validFrom, holder: holders } = cube;
  const matches = compileFilter(cube, plainFilter(filter ?? {}), scopes);
  const newest = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    if (i % ROWS_PER_STEP === 0 && i > 0 && !isLast) {
      await pause();
      if (cube.version !== version) return null;
    }
    if (!IN_FORCE.includes(columns.status[i] ?? 0) || !matches(i)) continue;
    const holder = holders[i] ?? 0;
    const known = newest.get(holder);
    if (known === undefined || isNewer(i, known)) newest.set(holder, i);
  }
  return newest;

  function isNewer(i: number, other: number): boolean {
    const byDay = (validFrom[i] ?? 0) - (validFrom[other] ?? 0);
    return byDay > 0 || (byDay === 0 && (ids[i] ?? 0) > (ids[other] ?? 0));
  }
}

function tableOf(
  cube: Cube,
  found: readonly number[],
  { table, rows, columns }: Ask,
  today: number,
): number[][] {
  const counts = rows.map(() => columns.map(() => 0));
  const rowAt = places(rows);
  const columnAt = places(columns);
  const month = table === 'month' ? monthOf(today) : () => 0;
  for (const i of found) {
    const row = table === 'month' ? month(cube.validTo[i] ?? 0) : cube.regionOf(i);
    const column =
      table === 'region-industry'
        ? (cube.industry[i] ?? 0)
        : table === 'region-kind'
          ? (cube.kind[i] ?? 0)
          : 0;
    const line = counts[rowAt(row)];
    const at = columnAt(column);
    if (line !== undefined) line[at] = (line[at] ?? 0) + 1;
  }
  return counts;
}

/** Place of a code among those asked for; that of 0, the last one, for every other. */
function places(codes: readonly number[]): (code: number) => number {
  const known = new Map(codes.map((code, at) => [code, at]));
  const rest = known.get(0) ?? codes.length - 1;
  return (code) => known.get(code) ?? rest;
}

/** 1 for what ends in the month of the day, and so on; 0 beyond the last. */
function monthOf(today: number): (validTo: number) => number {
  const first = parseIsoDay(`${isoFromDay(today).slice(0, 7)}-01`);
  const start = first.ok ? first.value : today;
  const ends = Array.from({ length: STATISTICS_MONTHS }, (_, i) => addMonths(start, i + 1));
  return (validTo) => ends.findIndex((end) => validTo < end) + 1;
}
