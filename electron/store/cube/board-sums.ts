import { STATUSES } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import type { Cube } from './cube';
import type { DayColumns } from './day-columns';
import { ENDED, RENEWAL_WINDOW_DAYS } from './months';
import type { RenewedPeriods } from './renewed-periods';
import { type FilterParts, filterParts } from './row-filter';

/** Whose figures, on which day, under which filter. */
export interface SumsInput {
  readonly cube: Cube;
  readonly day: number;
  readonly columns: DayColumns;
  readonly periods: Pick<RenewedPeriods, 'eachEnded'>;
  readonly filter: Filter;
  readonly scopes: readonly string[];
}

/** What a row counts as where it is due or lapsed: it cannot be both. Tables have four numbers a place, so that a row adds one. */
const DUE = 1;
const LAPSED = 2;
const CLASSES = 4;
const DUE_DAYS = 90;
export const INDUSTRIES = 128;
const CELL = INDUSTRIES * CLASSES;

/** By days left, and by status: what a row counts as. */
const dueClass = Uint8Array.from({ length: 256 }, (_, left) => (left <= DUE_DAYS ? DUE : 0));
const lapsedClass = Uint8Array.from({ length: 256 }, (_, code) =>
  code === STATUSES.expired ? LAPSED : 0,
);
/** By month of the calendar. */
const isEnded = Uint8Array.from({ length: 256 }, (_, month) => (month === ENDED ? 1 : 0));

/** Numbers by place and class. */
class Classed {
  readonly counts: Uint32Array;

  constructor(places: number) {
    this.counts = new Uint32Array(places * CLASSES);
  }

  due(place: number): number {
    return this.counts[place * CLASSES + DUE] ?? 0;
  }

  lapsed(place: number): number {
    return this.counts[place * CLASSES + LAPSED] ?? 0;
  }

  total(place: number): number {
    const at = place * CLASSES;
    return (this.counts[at] ?? 0) + (this.counts[at + DUE] ?? 0) + (this.counts[at + LAPSED] ?? 0);
  }
}

/** What one pass over the rows adds up. */
export class Sums {
  renewed = 0;
  readonly byStatus = new Uint32Array(256);
  readonly byDaysLeft = new Uint32Array(256);
  /** By month, then ENDED and those beyond. */
  readonly ends = new Uint32Array(256);
  readonly reviews = new Uint32Array(256);
  readonly kinds = new Classed(256);
  /** [region][industry] */
  readonly cells: Classed;
  readonly companies: Classed;
  /** Two a body: those that have not ended within the window, those that have. */
  readonly bodies: Uint32Array;
  readonly bodyRenewed: Uint32Array;

  constructor({ regions, companies, bodies }: Cube) {
    this.cells = new Classed(regions.values.length * INDUSTRIES);
    this.companies = new Classed(companies.values.length + 1);
    this.bodies = new Uint32Array(2 * (bodies.values.length + 1));
    this.bodyRenewed = new Uint32Array(bodies.values.length + 1);
  }

  get total(): number {
    return this.byStatus.reduce((a, b) => a + b, 0);
  }
}

export function wantedStatuses(filter: Filter): Uint8Array {
  const wanted = new Uint8Array(16).fill(filter.statuses === undefined ? 1 : 0);
  for (const word of filter.statuses ?? []) wanted[STATUSES[word]] = 1;
  return wanted;
}

/** Parts of a filter after which most rows are passed over. */
const NARROWING: readonly (keyof Filter)[] = ['kinds', 'regions', 'industries', 'statuses'];

/** One pass over the rows. What a number of a board is made of is added up afterwards. */
export function addUp(input: SumsInput): Sums {
  const { cube, day, columns, filter, scopes } = input;
  const sums = new Sums(cube);
  const parts = filterParts(cube, filter, scopes);
  const wanted = wantedStatuses(filter);
  const isNarrow = parts.others !== null || NARROWING.some((part) => filter[part] !== undefined);
  if (isNarrow) addSome(sums, input, parts, wanted);
  else addAll(sums, input, parts);
  const { kinds, regions, industries, others } = parts;
  const { kind, region, industry, body } = cube;
  const { status } = columns;
  input.periods.eachEnded(day - RENEWAL_WINDOW_DAYS, day - 1, (i) => {
    if (wanted[status[i] ?? 0] === 0 || kinds[kind[i] ?? 0] !== 1) return;
    if (regions[region[i] ?? 0] !== 1 || industries[industry[i] ?? 0] !== 1) return;
    if (others !== null && !others(i)) return;
    const school = body[i] ?? 0;
    sums.renewed++;
    sums.bodyRenewed[school] = (sums.bodyRenewed[school] ?? 0) + 1;
  });
  return sums;
}

/** Rows that pass a filter: eight numbers grow a row, each found without a branch. */
function addSome(
  sums: Sums,
  { cube, columns }: SumsInput,
  { kinds, regions, industries, others }: FilterParts,
  wanted: Uint8Array,
): void {
  const { count, kind, region, industry, company, body } = cube;
  const { status, daysLeft, ends, reviews } = columns;
  const { byStatus, byDaysLeft, ends: byEnd, reviews: byReview, bodies } = sums;
  const byKind = sums.kinds.counts;
  const byCell = sums.cells.counts;
  const byCompany = sums.companies.counts;
  for (let i = 0; i < count; i++) {
    const code = status[i] ?? 0;
    const kindCode = kind[i] ?? 0;
    const place = region[i] ?? 0;
    const branch = industry[i] ?? 0;
    const passes =
      (wanted[code] ?? 0) &
      (kinds[kindCode] ?? 0) &
      (regions[place] ?? 0) &
      (industries[branch] ?? 0);
    if (passes === 0 || (others !== null && !others(i))) continue;
    const left = daysLeft[i] ?? 0;
    const end = ends[i] ?? 0;
    const review = reviews[i] ?? 0;
    const of = (dueClass[left] ?? 0) + (lapsedClass[code] ?? 0);
    const cell = place * CELL + (branch & (INDUSTRIES - 1)) * CLASSES + of;
    const firm = (company[i] ?? 0) * CLASSES + of;
    const school = (body[i] ?? 0) * 2 + (isEnded[end] ?? 0);
    const sort = kindCode * CLASSES + of;
    byStatus[code] = (byStatus[code] ?? 0) + 1;
    byDaysLeft[left] = (byDaysLeft[left] ?? 0) + 1;
    byEnd[end] = (byEnd[end] ?? 0) + 1;
    byReview[review] = (byReview[review] ?? 0) + 1;
    byKind[sort] = (byKind[sort] ?? 0) + 1;
    byCell[cell] = (byCell[cell] ?? 0) + 1;
    byCompany[firm] = (byCompany[firm] ?? 0) + 1;
    bodies[school] = (bodies[school] ?? 0) + 1;
  }
}

/**
 * The same where nearly all rows pass: each adds what it is worth, one or, out of scope or gone, nothing. A branch a row
 * costs half as much again.
 */
function addAll(sums: Sums, { cube, columns }: SumsInput, { kinds, regions }: FilterParts): void {
  const { count, kind, region, industry, company, body } = cube;
  const { status, daysLeft, ends, reviews } = columns;
  const { byStatus, byDaysLeft, ends: byEnd, reviews: byReview, bodies } = sums;
  const byKind = sums.kinds.counts;
  const byCell = sums.cells.counts;
  const byCompany = sums.companies.counts;
  for (let i = 0; i < count; i++) {
    const code = status[i] ?? 0;
    const kindCode = kind[i] ?? 0;
    const place = region[i] ?? 0;
    const one = (kinds[kindCode] ?? 0) & (regions[place] ?? 0);
    const left = daysLeft[i] ?? 0;
    const end = ends[i] ?? 0;
    const review = reviews[i] ?? 0;
    const of = (dueClass[left] ?? 0) + (lapsedClass[code] ?? 0);
    const cell = place * CELL + ((industry[i] ?? 0) & (INDUSTRIES - 1)) * CLASSES + of;
    const firm = (company[i] ?? 0) * CLASSES + of;
    const school = (body[i] ?? 0) * 2 + (isEnded[end] ?? 0);
    const sort = kindCode * CLASSES + of;
    byStatus[code] = (byStatus[code] ?? 0) + one;
    byDaysLeft[left] = (byDaysLeft[left] ?? 0) + one;
    byEnd[end] = (byEnd[end] ?? 0) + one;
    byReview[review] = (byReview[review] ?? 0) + one;
    byKind[sort] = (byKind[sort] ?? 0) + one;
    byCell[cell] = (byCell[cell] ?? 0) + one;
    byCompany[firm] = (byCompany[firm] ?? 0) + one;
    bodies[school] = (bodies[school] ?? 0) + one;
  }
}
