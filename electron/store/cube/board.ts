import { CERTIFICATE_KINDS, readWord, STATUSES } from '../../../shared/domain/model';
import type { Board } from '../../../shared/ipc/routes/boards';
import { addUp, INDUSTRIES, type Sums, type SumsInput } from './board-sums';
import type { Cube } from './cube';
import { ENDED, MONTHS, monthStarts } from './months';

const MAX_HEAT_INDUSTRIES = 8;
const MAX_COMPANIES = 20;
const MAX_BODIES = 20;

export interface BoardInput extends SumsInput {
  /** Name of a training body. */
  readonly bodyOf: (id: number) => string;
  readonly companyOf: (
    id: number,
  ) => { readonly name: string; readonly region: number } | undefined;
}

interface RegionRow {
  readonly code: string;
  readonly numbers: readonly number[];
}

/** Regions with certificates under the filter, grouped one level below what they have in common. */
function regionRows(cube: Cube, sums: Sums): readonly RegionRow[] {
  const present: { readonly code: string; readonly number: number }[] = [];
  cube.regions.values.forEach((region, number) => {
    for (let industry = 0; industry < INDUSTRIES; industry++) {
      if (sums.cells.total(number * INDUSTRIES + industry) > 0) {
        present.push({ code: String(region), number });
        return;
      }
    }
  });
  for (const length of [2, 4, 6]) {
    const groups = new Map<string, number[]>();
    for (const { code, number } of present) {
      const group = groups.get(code.slice(0, length));
      if (group === undefined) groups.set(code.slice(0, length), [number]);
      else group.push(number);
    }
    // A level with one unit says nothing: its units below are what the reader compares.
    if (groups.size === 1 && length < 6) continue;
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, numbers]) => ({ code, numbers }));
  }
  return [];
}

function heatIndustries(sums: Sums, regions: number): readonly number[] {
  const totals = new Map<number, number>();
  for (let industry = 0; industry < INDUSTRIES; industry++) {
    let total = 0;
    for (let region = 0; region < regions; region++)
      total += sums.cells.total(region * INDUSTRIES + industry);
    if (total > 0) totals.set(industry, total);
  }
  const ranked = [...totals].sort(([a, x], [b, y]) => y - x || a - b).map(([industry]) => industry);
  return ranked.length > MAX_HEAT_INDUSTRIES
    ? [...ranked.slice(0, MAX_HEAT_INDUSTRIES), 0]
    : ranked;
}

function heatOf(cube: Cube, sums: Sums, rows: readonly RegionRow[]): Board['heat'] {
  const industries = heatIndustries(sums, cube.regions.values.length);
  const rest = industries.indexOf(0);
  const columnOf = Int16Array.from({ length: INDUSTRIES }, (_, industry) => {
    const at = industries.indexOf(industry);
    return at >= 0 ? at : rest;
  });
  const table = (countOf: (cell: number) => number): number[][] =>
    rows.map(({ numbers }) => {
      const line = industries.map(() => 0);
      for (const number of numbers) {
        for (let industry = 0; industry < INDUSTRIES; industry++) {
          const value = countOf(number * INDUSTRIES + industry);
          const at = columnOf[industry] ?? -1;
          if (value > 0 && at >= 0) line[at] = (line[at] ?? 0) + value;
        }
      }
      return line;
    });
  return {
    regions: rows.map(({ code }) => code),
    industries: [...industries],
    total: table((cell) => sums.cells.total(cell)),
    due90: table((cell) => sums.cells.due(cell)),
  };
}

/** Adds up all industries of regions. */
function sumOf(numbers: readonly number[], countOf: (cell: number) => number): number {
  let sum = 0;
  for (const number of numbers)
    for (let industry = 0; industry < INDUSTRIES; industry++)
      sum += countOf(number * INDUSTRIES + industry);
  return sum;
}

interface Risky {
  readonly number: number;
  readonly id: number;
  readonly risk: number;
}

const isRiskier = (a: Risky, b: Risky): boolean =>
  a.risk > b.risk || (a.risk === b.risk && a.id < b.id);

/** The companies with most certificates that are due or lapsed: of tens of thousands only those that are shown are put in order. */
function mostAtRisk(ids: readonly number[], sums: Sums): readonly Risky[] {
  const most: Risky[] = [];
  for (let number = 1; number <= ids.length; number++) {
    const risk = sums.companies.due(number) + sums.companies.lapsed(number);
    if (risk === 0) continue;
    const last = most[MAX_COMPANIES - 1];
    if (last !== undefined && risk < last.risk) continue;
    const one = { number, id: ids[number - 1] ?? 0, risk };
    if (last !== undefined && !isRiskier(one, last)) continue;
    let at = most.length;
    while (at > 0 && isRiskier(one, most[at - 1] as Risky)) at--;
    most.splice(at, 0, one);
    if (most.length > MAX_COMPANIES) most.pop();
  }
  return most;
}

function riskiest(input: BoardInput, sums: Sums): Board['companies'] {
  return mostAtRisk(input.cube.companies.values, sums).map(({ id, number }) => {
    const company = input.companyOf(id);
    return {
      id,
      name: company?.name ?? '',
      region: company === undefined ? '' : String(company.region),
      total: sums.companies.total(number),
      due90: sums.companies.due(number),
      expired: sums.companies.lapsed(number),
    };
  });
}

/** Bodies that trained the holders, largest first. */
function bodiesOf({ cube, bodyOf }: BoardInput, sums: Sums): Board['bodies'] {
  return cube.bodies.values
    .map((id, at) => {
      const number = at + 1;
      const ended = sums.bodies[2 * number + 1] ?? 0;
      const renewed = sums.bodyRenewed[number] ?? 0;
      return { id, total: (sums.bodies[2 * number] ?? 0) + ended, ended, renewed };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total || a.id - b.id)
    .slice(0, MAX_BODIES)
    .map(({ id, total, ended, renewed }) => ({
      id,
      name: bodyOf(id),
      total,
      ended: ended + renewed,
      renewed,
    }));
}

/**
 * All figures of the board in one pass. Meanings: `within` and `due90` count certificates in force
 * by their deciding date; `expired` is the status; the calendar and ended periods take certificates
 * of base status valid; `renewed` are periods that a later event extended. Without what the day adds.
 */
export function computeBoard(
  input: BoardInput,
): Omit<Board, 'tookMs' | 'isPast' | 'unknown' | 'isWhole'> {
  const { cube, day } = input;
  const sums = addUp(input);
  const within = (days: number): number =>
    sums.byDaysLeft.subarray(0, days + 1).reduce((a, b) => a + b, 0);
  const { year, month } = monthStarts(day);
  const rows = regionRows(cube, sums);
  const byStatus: Board['byStatus'] = {};
  for (const [word, code] of Object.entries(STATUSES)) {
    const count = sums.byStatus[code] ?? 0;
    if (count > 0) byStatus[word as keyof typeof STATUSES] = count;
  }
  return {
    day,
    total: sums.total,
    byStatus,
    within: { d7: within(7), d30: within(30), d60: within(60), d90: within(90) },
    renewal: { ended: (sums.ends[ENDED] ?? 0) + sums.renewed, renewed: sums.renewed },
    calendar: Array.from({ length: MONTHS }, (_, i) => ({
      year: year + Math.floor((month - 1 + i) / 12),
      month: ((month - 1 + i) % 12) + 1,
      expiring: sums.ends[i] ?? 0,
      reviews: sums.reviews[i] ?? 0,
    })),
    heat: heatOf(cube, sums, rows),
    kinds: Array.from({ length: 255 }, (_, i) => i + 1).flatMap((code) => {
      const total = sums.kinds.total(code);
      return total === 0
        ? []
        : [{ kind: readWord(CERTIFICATE_KINDS, code), total, expired: sums.kinds.lapsed(code) }];
    }),
    regions: rows.map(({ code, numbers }) => ({
      region: code,
      total: sumOf(numbers, (cell) => sums.cells.total(cell)),
      expired: sumOf(numbers, (cell) => sums.cells.lapsed(cell)),
      due90: sumOf(numbers, (cell) => sums.cells.due(cell)),
    })),
    companies: riskiest(input, sums),
    bodies: bodiesOf(input, sums),
  };
}
