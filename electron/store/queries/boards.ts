import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Trend } from '../../../shared/ipc/routes/boards';
import { computeBoard } from '../cube/board';
import { pastDay } from '../cube/past';
import { readReference } from '../slice/reference-names';
import type { Desk } from './desk';
import { namesOf } from './record';

/** Every figure under the filter. A day before today is computed from events, as known today. */
export async function readBoard(
  desk: Desk,
  { filter, day }: { readonly filter: Filter; readonly day: number },
): Promise<Board> {
  const startMs = performance.now();
  const { cutoffs: now, pack } = desk.rules;
  const memory = await desk.warm.ready();
  const cutoffs = day === now.today ? now : statusCutoffs(pack, day);
  const isPast = day < now.today;
  const at = isPast
    ? pastDay(memory.cube, await desk.warm.history(), cutoffs)
    : {
        periods: await desk.warm.periods(),
        cube: memory.cube,
        columns: memory.days.of(memory.cube, cutoffs),
        unknown: 0,
      };
  const figures = computeBoard({
    ...at,
    day,
    filter,
    scopes: desk.scopes,
    companyOf: (id) => memory.companies.of(id),
    bodyOf: namesOf(readReference(desk.db)?.bodies),
  });
  const { unknown } = at;
  return { ...figures, isPast, unknown, tookMs: performance.now() - startMs };
}

/** The year up to today; the first question reads the events, later ones are one pass. */
export async function readTrend(
  desk: Desk,
  { filter }: { readonly filter: Filter },
): Promise<Trend> {
  const { cube } = await desk.warm.ready();
  const columns = await desk.warm.trend(desk.rules.pack, desk.rules.cutoffs.today);
  return {
    points: columns.under(cube, filter, desk.scopes),
    unknown: columns.unknown,
    exams: (await desk.warm.exams()).under(filter.kinds),
  };
}
