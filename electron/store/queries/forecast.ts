import { type LapseModel, reasonsOf } from '../../../shared/domain/forecast/lapse-model';
import { probabilityOf, scoreOf } from '../../../shared/domain/forecast/logistic';
import type { Filter } from '../../../shared/ipc/common';
import type { Forecast, LapseList } from '../../../shared/ipc/routes/forecast';
import { wantedStatuses } from '../cube/board-sums';
import type { LapseLook } from '../cube/lapse-look';
import { compileFilter } from '../cube/row-filter';
import type { QueryEntry } from '../protocol';
import { demandWhole } from './boards';
import type { Desk } from './desk';
import { readItems } from './items';
import type { Memory } from './warm';

const MAX_GROUPS = 20;
const MAX_PERSONS = 50;
const MAX_REASONS = 3;

type Ready = Extract<LapseModel, { readonly state: 'ready' }>;

/** A certificate of today's look under the filter: its row in the look and in the cube, and its probability. */
interface Candidate {
  readonly at: number;
  readonly row: number;
  readonly probability: number;
}

/** Certificates under the filter that end within 90 days, each with its probability of not being renewed. */
function candidatesOf(
  desk: Desk,
  memory: Memory,
  { model, now }: { readonly model: Ready; readonly now: LapseLook },
  filter: Filter,
): readonly Candidate[] {
  const { cube } = memory;
  const matches = compileFilter(cube, filter, desk.scopes);
  const wanted = wantedStatuses(filter);
  const { status } = memory.days.of(cube, desk.rules.cutoffs);
  const found: Candidate[] = [];
  now.rows.forEach((row, at) => {
    if (wanted[status[row] ?? 0] === 0 || !matches(row)) return;
    found.push({ at, row, probability: probabilityOf(scoreOf(model.weights, now.values, at)) });
  });
  return found;
}

/** Expected lapses of groups, the most first; the sum over all groups is the board's. */
function groupsOf(
  candidates: readonly Candidate[],
  numberOf: (row: number) => number,
): readonly { readonly number: number; readonly ending: number; readonly expected: number }[] {
  const groups = new Map<number, { ending: number; expected: number }>();
  for (const { row, probability } of candidates) {
    const number = numberOf(row);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, { ending: 1, expected: probability });
    else {
      group.ending++;
      group.expected += probability;
    }
  }
  return [...groups]
    .map(([number, group]) => ({ number, ...group }))
    .sort((a, b) => b.expected - a.expected || a.number - b.number);
}

/** Lapse risk under the filter, with the test of the model that made it. Always of today. */
export async function readForecast(
  desk: Desk,
  { filter }: { readonly filter: Filter },
): Promise<Forecast> {
  demandWhole(desk);
  const day = desk.rules.cutoffs.today;
  const memory = await desk.warm.ready();
  const { model, now } = await desk.warm.lapse(day);
  if (model.state === 'thin')
    return { state: 'thin', examples: model.examples, lapses: model.lapses };
  const { calibration, ...rest } = model.backTest;
  const backTest = { ...rest, calibration: [...calibration] };
  if (model.state === 'no-better') return { state: 'no-better', backTest };
  const { cube } = memory;
  const candidates = candidatesOf(desk, memory, { model, now }, filter);
  const companies = groupsOf(candidates, (row) => cube.company[row] ?? 0)
    .filter(({ number }) => number > 0)
    .slice(0, MAX_GROUPS)
    .map(({ number, ...sums }) => {
      const id = cube.companies.values[number - 1] ?? 0;
      return { id, name: memory.companies.of(id)?.name ?? '', ...sums };
    });
  return {
    state: 'ready',
    day,
    ending: candidates.length,
    expected: candidates.reduce((sum, { probability }) => sum + probability, 0),
    named: candidates.filter(({ probability }) => probability >= model.threshold).length,
    companies,
    industries: groupsOf(candidates, (row) => cube.industry[row] ?? 0)
      .slice(0, MAX_GROUPS)
      .map(({ number, ...sums }) => ({ industry: number, ...sums })),
    regions: groupsOf(candidates, (row) => cube.regionOf(row))
      .slice(0, MAX_GROUPS)
      .map(({ number, ...sums }) => ({ region: String(number), ...sums })),
    backTest,
  };
}

/** The certificates under the filter that will most probably lapse, each with what speaks for it. Logged as a look-up. */
export async function readLapseList(
  desk: Desk,
  { filter }: { readonly filter: Filter },
): Promise<{ readonly answer: LapseList; readonly log: QueryEntry }> {
  demandWhole(desk);
  const memory = await desk.warm.ready();
  const { model, now } = await desk.warm.lapse(desk.rules.cutoffs.today);
  const log = { kind: 'query', text: null, tag: null, filter, subject: null } as const;
  if (model.state !== 'ready') return { answer: { items: [] }, log: { ...log, count: 0 } };
  const top = [...candidatesOf(desk, memory, { model, now }, filter)]
    .sort((a, b) => b.probability - a.probability || a.row - b.row)
    .slice(0, MAX_PERSONS);
  const ids = top.map(({ row }) => memory.cube.ids[row] ?? 0);
  const items = new Map(
    readItems(desk.db, Float64Array.from(ids), desk.rules).map((item) => [item.id, item]),
  );
  return {
    answer: {
      items: top.flatMap(({ at, probability }, n) => {
        const item = items.get(ids[n] ?? 0);
        if (item === undefined) return [];
        const reasons = [...reasonsOf(model, now.values, at, MAX_REASONS)];
        return [{ item, probability, isNamed: probability >= model.threshold, reasons }];
      }),
    },
    log: { ...log, count: top.length },
  };
}
