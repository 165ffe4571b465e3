import { STATUSES } from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Staff, Trend } from '../../../shared/ipc/routes/boards';
import { yearOf } from '../../../shared/kernel/day';
import { computeBoard } from '../cube/board';
import type { Cube } from '../cube/cube';
import type { DayColumns } from '../cube/day-columns';
import type { Staffing, StaffWanted } from '../cube/staffing';
import { readReference } from '../slice/reference-names';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import type { Desk } from './desk';
import { namesOf } from './record';

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
  const at = isPast
    ? await desk.warm.past(cutoffs)
    : {
        periods: await desk.warm.periods(),
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
  return { ...figures, isPast, unknown, tookMs: performance.now() - startMs };
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
  const { cube } = await desk.warm.figures();
  const columns = await desk.warm.trend(desk.rules.pack, desk.rules.cutoffs.today);
  return {
    points: columns.under(cube, filter, desk.scopes),
    unknown: columns.unknown,
    exams: (await desk.warm.exams(desk.scopes)).under(filter.kinds),
  };
}

const IN_FORCE = Uint8Array.from({ length: 16 }, (_, code) =>
  ([STATUSES.valid, STATUSES.expiring, STATUSES['review-due']] as number[]).includes(code) ? 1 : 0,
);

/** The certified-staff rate of today under the filter. */
export async function readStaff(
  desk: Desk,
  { filter }: { readonly filter: Filter },
): Promise<{ readonly staff: Staff | null }> {
  const { staffing, at, wanted } = await staffingOf(desk);
  return { staff: staffing.under(at, filter, wanted)?.sums ?? null };
}

/** What the certified-staff rate is asked of. */
export async function staffingOf(desk: Desk): Promise<{
  readonly staffing: Staffing;
  readonly at: { readonly cube: Cube; readonly columns: DayColumns };
  readonly wanted: StaffWanted;
}> {
  const { cutoffs } = desk.rules;
  const { cube, days } = await desk.warm.figures();
  const staffing = await desk.warm.staff();
  const wanted = { scopes: desk.scopes, year: yearOf(cutoffs.today), inForce: IN_FORCE };
  return { staffing, at: { cube, columns: days.of(cube, cutoffs) }, wanted };
}
