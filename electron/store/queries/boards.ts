import { STATUSES } from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { AppError } from '../../../shared/errors/app-error';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Staff, Trend } from '../../../shared/ipc/routes/boards';
import { yearOf } from '../../../shared/kernel/day';
import { computeBoard } from '../cube/board';
import type { Cube } from '../cube/cube';
import type { DayColumns } from '../cube/day-columns';
import type { TrendColumns } from '../cube/past';
import { type StaffDay, staffTrend } from '../cube/staff-trend';
import type { Staffing, StaffWanted } from '../cube/staffing';
import { type Steps, withPauses } from '../cube/steps';
import { readReference } from '../slice/reference-names';
import { isLateComplete } from '../slice/state';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import type { Desk } from './desk';
import { namesOf } from './record';

const NO_PERIODS = { eachEnded: () => undefined };

/**
 * Refuses what is computed from changes, training or exams while those of a first load are still to come: half of them
 * make every figure a wrong one that looks like any other. Throws BOARDS_INCOMPLETE.
 */
export function demandWhole({ db }: Desk): void {
  if (!isLateComplete(db)) throw new AppError('BOARDS_INCOMPLETE');
}

/** Every figure under the filter. A day before today is computed from events, as known today. */
export async function readBoard(
  desk: Desk,
  { filter, day }: { readonly filter: Filter; readonly day: number },
): Promise<Board> {
  const startMs = performance.now();
  const { cutoffs: now, pack } = desk.rules;
  const { cube, days } = await desk.warm.figures();
  const cutoffs = day === now.today ? now : statusCutoffs(pack, day);
  const isPast = day < now.today;
  const isWhole = isLateComplete(desk.db);
  if (isPast) demandWhole(desk);
  const at = isPast
    ? await desk.warm.past(cutoffs)
    : {
        // Whether a period that ended was extended says an event: before all are here none was, and pages show no rate.
        periods: isWhole ? await desk.warm.periods() : NO_PERIODS,
        cube,
        columns: days.of(cube, cutoffs),
        unknown: 0,
      };
  const figures = computeBoard({
    ...at,
    day,
    filter,
    scopes: desk.scopes,
    companyOf: (id) => companyOf(desk, id),
    bodyOf: namesOf(readReference(desk.db)?.bodies),
  });
  const { unknown } = at;
  return { ...figures, isPast, unknown, isWhole, tookMs: performance.now() - startMs };
}

/** Some companies of a board are looked up: it does not wait until the names of all are there. */
function companyOf(
  { db }: Desk,
  id: number,
): { readonly name: string; readonly region: number } | undefined {
  const row = db.get(sql`select "name", "region" from company where id = ${id}`);
  return row && { name: textOf(row[0]), region: intOf(row[1]) };
}

/** The year up to today; the first question reads the events, later ones are one pass. */
export async function readTrend(
  desk: Desk,
  { filter }: { readonly filter: Filter },
): Promise<Trend> {
  if (!isLateComplete(desk.db)) return { points: null, staff: null, unknown: 0, exams: [] };
  const { cube } = await desk.warm.figures();
  const columns = await desk.warm.trend(desk.rules.pack, desk.rules.cutoffs.today);
  const points = await withPauses(columns.steps(cube, filter, desk.scopes));
  const staffing = await desk.warm.staff();
  const staff = await withPauses(staffPoints(desk, { cube, columns, staffing }, filter));
  const exams = (await desk.warm.exams(desk.scopes)).under(filter.kinds);
  // Locked between two steps: what was overwritten is no answer.
  await desk.warm.figures();
  return { points, staff, unknown: columns.unknown, exams };
}

const IN_FORCE = Uint8Array.from({ length: 16 }, (_, code) =>
  ([STATUSES.valid, STATUSES.expiring, STATUSES['review-due']] as number[]).includes(code) ? 1 : 0,
);

/** The certified-staff rate of each day of the year; null under a filter that it does not follow. */
function* staffPoints(
  { scopes }: Desk,
  parts: { readonly cube: Cube; readonly columns: TrendColumns; readonly staffing: Staffing },
  filter: Filter,
): Steps<Trend['staff']> {
  // The days are of two years at most, and who had stated what is a matter of the year.
  const byYear = new Map<number, ReturnType<Staffing['stated']>>();
  const days: StaffDay[] = [];
  for (const { day, codes } of parts.columns.days) {
    const year = yearOf(day);
    if (!byYear.has(year)) {
      yield;
      byYear.set(year, parts.staffing.stated(filter, { scopes, year }));
    }
    const stated = byYear.get(year)?.counted;
    if (stated !== undefined) days.push({ day, codes, stated });
  }
  if (days.length === 0) return null;
  yield;
  return [...(yield* staffTrend(parts.cube, days, filter, { scopes, inForce: IN_FORCE }))];
}

/** The certified-staff rate under the filter, of today or of a day before: who held what then, where they are employed now. */
export async function readStaff(
  desk: Desk,
  { filter, day }: { readonly filter: Filter; readonly day?: number | undefined },
): Promise<{ readonly staff: Staff | null }> {
  const { staffing, at, wanted } = await staffingOf(desk, day);
  return { staff: staffing.under(at, filter, wanted)?.sums ?? null };
}

/** What the certified-staff rate is asked of. */
export async function staffingOf(
  desk: Desk,
  day?: number,
): Promise<{
  readonly staffing: Staffing;
  readonly at: { readonly cube: Cube; readonly columns: DayColumns };
  readonly wanted: StaffWanted;
}> {
  const { cutoffs, pack } = desk.rules;
  const staffing = await desk.warm.staff();
  const wanted = { scopes: desk.scopes, year: yearOf(day ?? cutoffs.today), inForce: IN_FORCE };
  if (day !== undefined && day < cutoffs.today) {
    demandWhole(desk);
    return { staffing, at: await desk.warm.past(statusCutoffs(pack, day)), wanted };
  }
  const { cube, days } = await desk.warm.figures();
  return { staffing, at: { cube, columns: days.of(cube, cutoffs) }, wanted };
}
