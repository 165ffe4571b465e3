import { CERTIFICATE_KINDS, STATUSES, wordOf } from '../../../shared/domain/model';
import { isStanding } from '../../../shared/domain/policy/cutoffs';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { addMonths, dayOf, yearOf } from '../../../shared/kernel/day';
import type { Cube } from './cube';
import type { DayColumns } from './day-columns';
import type { RenewedPeriods } from './renewed-periods';
import { filterParts } from './row-filter';

const MONTHS = 24;
const MAX_HEAT_INDUSTRIES = 8;
const MAX_COMPANIES = 20;
const MAX_BODIES = 20;
const RENEWAL_WINDOW_DAYS = 365;

export interface BoardInput {
  readonly cube: Cube;
  readonly day: number;
  readonly columns: DayColumns;
  readonly periods: Pick<RenewedPeriods, 'eachEnded'>;
  /** Name of a training body. */
  readonly bodyOf: (id: number) => string;
  readonly filter: Filter;
  readonly scopes: readonly string[];
  readonly companyOf: (
    id: number,
  ) => { readonly name: string; readonly region: number } | undefined;
}

/** First days of the 25 months that bound the 24 of the calendar; the first is the month of `day`. */
function monthStarts(day: number): {
  readonly starts: readonly number[];
  readonly year: number;
  readonly month: number;
} {
  const year = yearOf(day);
  let month = 1;
  while (month < 12 && (dayOf(year, month + 1, 1) ?? 0) <= day) month++;
  const first = dayOf(year, month, 1) ?? day;
  return { starts: Array.from({ length: MONTHS + 1 }, (_, i) => addMonths(first, i)), year, month };
}

/** Month of the calendar by days after the board's day, or 255 beyond. */
function monthTable(day: number, starts: readonly number[]): Uint8Array {
  const table = new Uint8Array((starts[MONTHS] ?? day) - day);
  let month = 0;
  for (let d = 0; d < table.length; d++) {
    while (day + d >= (starts[month + 1] ?? Number.POSITIVE_INFINITY)) month++;
    table[d] = month;
  }
  return table;
}

/** What one pass over the rows adds up. Two-dimensional tables are [region][industry]. */
class Sums {
  total = 0;
  ended = 0;
  renewed = 0;
  readonly byStatus = new Uint32Array(16);
  /** By days left 0–90. */
  readonly byDaysLeft = new Uint32Array(91);
  readonly expiring = new Uint32Array(MONTHS);
  readonly reviews = new Uint32Array(MONTHS);
  readonly kindTotal = new Uint32Array(256);
  readonly kindExpired = new Uint32Array(256);
  readonly cellTotal: Uint32Array;
  readonly cellDue: Uint32Array;
  readonly regionExpired: Uint32Array;
  readonly companyTotal: Uint32Array;
  readonly companyDue: Uint32Array;
  readonly companyExpired: Uint32Array;
  readonly bodyTotal: Uint32Array;
  readonly bodyEnded: Uint32Array;
  readonly bodyRenewed: Uint32Array;

  constructor(regions: number, companies: number, bodies: number) {
    this.bodyTotal = new Uint32Array(bodies + 1);
    this.bodyEnded = new Uint32Array(bodies + 1);
    this.bodyRenewed = new Uint32Array(bodies + 1);
    this.cellTotal = new Uint32Array(regions * 128);
    this.cellDue = new Uint32Array(regions * 128);
    this.regionExpired = new Uint32Array(regions);
    this.companyTotal = new Uint32Array(companies + 1);
    this.companyDue = new Uint32Array(companies + 1);
    this.companyExpired = new Uint32Array(companies + 1);
  }
}

export function wantedStatuses(filter: Filter): Uint8Array {
  const wanted = new Uint8Array(16).fill(filter.statuses === undefined ? 1 : 0);
  for (const word of filter.statuses ?? []) wanted[STATUSES[word]] = 1;
  return wanted;
}

function addUp(input: BoardInput): Sums {
  const { cube, day, columns, filter, scopes } = input;
  const sums = new Sums(
    cube.regions.values.length,
    cube.companies.values.length,
    cube.bodies.values.length,
  );
  const { kinds, regions, industries, others } = filterParts(cube, filter, scopes);
  const wanted = wantedStatuses(filter);
  const months = monthTable(day, monthStarts(day).starts);
  const { count, kind, region, industry, company, body, validTo, reviewDue, baseStatus } = cube;
  const { status, daysLeft } = columns;
  for (let i = 0; i < count; i++) {
    const code = status[i] ?? 0;
    const kindCode = kind[i] ?? 0;
    const place = region[i] ?? 0;
    const branch = industry[i] ?? 0;
    if (wanted[code] === 0 || kinds[kindCode] !== 1) continue;
    if (regions[place] !== 1 || industries[branch] !== 1) continue;
    if (others !== null && !others(i)) continue;
    const isExpired = code === STATUSES.expired ? 1 : 0;
    const left = daysLeft[i] ?? 0;
    const isDue = left <= 90 ? 1 : 0;
    const cell = place * 128 + (branch & 127);
    const firm = company[i] ?? 0;
    const school = body[i] ?? 0;
    sums.total++;
    sums.byStatus[code] = (sums.byStatus[code] ?? 0) + 1;
    sums.kindTotal[kindCode] = (sums.kindTotal[kindCode] ?? 0) + 1;
    sums.cellTotal[cell] = (sums.cellTotal[cell] ?? 0) + 1;
    sums.bodyTotal[school] = (sums.bodyTotal[school] ?? 0) + 1;
    sums.companyTotal[firm] = (sums.companyTotal[firm] ?? 0) + 1;
    if (isDue === 1) {
      sums.byDaysLeft[left] = (sums.byDaysLeft[left] ?? 0) + 1;
      sums.cellDue[cell] = (sums.cellDue[cell] ?? 0) + 1;
      sums.companyDue[firm] = (sums.companyDue[firm] ?? 0) + 1;
    }
    if (isExpired === 1) {
      sums.kindExpired[kindCode] = (sums.kindExpired[kindCode] ?? 0) + 1;
      sums.regionExpired[place] = (sums.regionExpired[place] ?? 0) + 1;
      sums.companyExpired[firm] = (sums.companyExpired[firm] ?? 0) + 1;
    }
    if (!isStanding(baseStatus[i] ?? 0)) continue;
    const toEnd = (validTo[i] ?? 0) - day;
    if (toEnd < 0 && toEnd >= -RENEWAL_WINDOW_DAYS) {
      sums.ended++;
      sums.bodyEnded[school] = (sums.bodyEnded[school] ?? 0) + 1;
    } else if (toEnd >= 0 && toEnd < months.length) {
      const month = months[toEnd] ?? 0;
      sums.expiring[month] = (sums.expiring[month] ?? 0) + 1;
    }
    const toReview = (reviewDue[i] ?? 0) - day;
    if (toReview >= 0 && toReview < months.length) {
      const month = months[toReview] ?? 0;
      sums.reviews[month] = (sums.reviews[month] ?? 0) + 1;
    }
  }
  input.periods.eachEnded(day - RENEWAL_WINDOW_DAYS, day - 1, (i) => {
    if (wanted[status[i] ?? 0] === 0 || kinds[kind[i] ?? 0] !== 1) return;
    if (regions[region[i] ?? 0] !== 1 || industries[industry[i] ?? 0] !== 1) return;
    if (others !== null && !others(i)) return;
    const school = body[i] ?? 0;
    sums.ended++;
    sums.renewed++;
    sums.bodyEnded[school] = (sums.bodyEnded[school] ?? 0) + 1;
    sums.bodyRenewed[school] = (sums.bodyRenewed[school] ?? 0) + 1;
  });
  return sums;
}

interface RegionRow {
  readonly code: string;
  readonly numbers: readonly number[];
}

/** Regions with certificates under the filter, grouped one level below what they have in common. */
function regionRows(cube: Cube, sums: Sums): readonly RegionRow[] {
  const present: { readonly code: string; readonly number: number }[] = [];
  cube.regions.values.forEach((region, number) => {
    for (let industry = 0; industry < 128; industry++) {
      if ((sums.cellTotal[number * 128 + industry] ?? 0) > 0) {
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
  for (let industry = 0; industry < 128; industry++) {
    let total = 0;
    for (let region = 0; region < regions; region++)
      total += sums.cellTotal[region * 128 + industry] ?? 0;
    if (total > 0) totals.set(industry, total);
  }
  const ranked = [...totals].sort(([a, x], [b, y]) => y - x || a - b).map(([industry]) => industry);
  return ranked.length > MAX_HEAT_INDUSTRIES
    ? [...ranked.slice(0, MAX_HEAT_INDUSTRIES), 0]
    : ranked;
}

function heatOf(cube: Cube, sums: Sums, rows: readonly RegionRow[]): Board['heat'] {
  const industries = heatIndustries(sums, cube.regions.values.length);
  const table = (cells: Uint32Array): number[][] =>
    rows.map(({ numbers }) => {
      const line = industries.map(() => 0);
      const rest = industries.indexOf(0);
      for (const number of numbers) {
        for (let industry = 0; industry < 128; industry++) {
          const value = cells[number * 128 + industry] ?? 0;
          const column = industries.indexOf(industry);
          const at = column >= 0 ? column : rest;
          if (value > 0 && at >= 0) line[at] = (line[at] ?? 0) + value;
        }
      }
      return line;
    });
  return {
    regions: rows.map(({ code }) => code),
    industries: [...industries],
    total: table(sums.cellTotal),
    due90: table(sums.cellDue),
  };
}

const sumOf = (cells: Uint32Array, numbers: readonly number[]): number =>
  numbers.reduce(
    (sum, number) => cells.subarray(number * 128, number * 128 + 128).reduce((a, b) => a + b, sum),
    0,
  );

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
  for (let number = 1; number < sums.companyTotal.length; number++) {
    const risk = (sums.companyDue[number] ?? 0) + (sums.companyExpired[number] ?? 0);
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
      total: sums.companyTotal[number] ?? 0,
      due90: sums.companyDue[number] ?? 0,
      expired: sums.companyExpired[number] ?? 0,
    };
  });
}

/** Bodies that trained the holders, largest first. */
function bodiesOf({ cube, bodyOf }: BoardInput, sums: Sums): Board['bodies'] {
  return cube.bodies.values
    .map((id, number) => ({ id, total: sums.bodyTotal[number + 1] ?? 0, number }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total || a.id - b.id)
    .slice(0, MAX_BODIES)
    .map(({ id, total, number }) => ({
      id,
      name: bodyOf(id),
      total,
      ended: sums.bodyEnded[number + 1] ?? 0,
      renewed: sums.bodyRenewed[number + 1] ?? 0,
    }));
}

/**
 * All figures of the board in one pass. Meanings: `within` and `due90` count certificates in force
 * by their deciding date; `expired` is the status; the calendar and ended periods take certificates
 * of base status valid; `renewed` are periods that a later event extended. Without what the day adds.
 */
export function computeBoard(input: BoardInput): Omit<Board, 'tookMs' | 'isPast' | 'unknown'> {
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
    renewal: { ended: sums.ended, renewed: sums.renewed },
    calendar: Array.from({ length: MONTHS }, (_, i) => ({
      year: year + Math.floor((month - 1 + i) / 12),
      month: ((month - 1 + i) % 12) + 1,
      expiring: sums.expiring[i] ?? 0,
      reviews: sums.reviews[i] ?? 0,
    })),
    heat: heatOf(cube, sums, rows),
    kinds: Object.values(CERTIFICATE_KINDS).flatMap((code) => {
      const kind = wordOf(CERTIFICATE_KINDS, code);
      const total = sums.kindTotal[code] ?? 0;
      return kind === undefined || total === 0
        ? []
        : [{ kind, total, expired: sums.kindExpired[code] ?? 0 }];
    }),
    regions: rows.map(({ code, numbers }) => ({
      region: code,
      total: sumOf(sums.cellTotal, numbers),
      expired: numbers.reduce((sum, number) => sum + (sums.regionExpired[number] ?? 0), 0),
      due90: sumOf(sums.cellDue, numbers),
    })),
    companies: riskiest(input, sums),
    bodies: bodiesOf(input, sums),
  };
}
