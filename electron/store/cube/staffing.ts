import type { Filter } from '../../../shared/ipc/common';
import type { Staff } from '../../../shared/ipc/routes/boards';
import type { ReadableDb } from '../database';
import { intOf, textOf } from '../sql/values';
import { pages } from './build';
import type { Cube } from './cube';
import type { DayColumns } from './day-columns';
import { compileFilter, isRegionIn } from './row-filter';

/** What a company stated: [year, headcount, certified staff required], ascending. */
type Stated = readonly (readonly [year: number, headcount: number, required: number])[];

interface Employer {
  readonly region: number;
  readonly industry: number;
  readonly stated: Stated;
}

/** An employer with its statements as every question needs them, made once: there are tens of thousands of each. */
interface Known {
  readonly region: number;
  readonly industry: number;
  readonly stated: readonly (StatedStaff & { readonly year: number })[];
}

/** Parts of a filter that the rate does not follow: which persons hold a lapsed certificate is not what it is about. */
const UNFIT: readonly (keyof Filter)[] = [
  'body',
  'statuses',
  'validToFrom',
  'validToUntil',
  'issuedFrom',
  'issuedUntil',
  'dueFrom',
  'dueUntil',
  'reviewFrom',
  'reviewUntil',
];

/** Headcounts of companies: what a certified-staff rate (持证率) needs beside the cube. */
export class Staffing {
  private readonly employers = new Map<number, Known>();

  putCompany(id: number, { region, industry, stated }: Employer): void {
    const counts = stated
      .filter(([, headcount]) => headcount > 0)
      .map(([year, headcount, required]) => ({ year, region, headcount, required }));
    this.employers.set(id, { region, industry, stated: counts });
  }

  /**
   * Distinct persons with a certificate in force, over the headcounts of the companies under the filter that state one for
   * that year or an earlier one; both of the same companies. Regions and industries are the companies' own, kinds and
   * categories those of the certificates. Null under a filter by status or day.
   */
  under(at: StaffSource, filter: Filter, wanted: StaffWanted): CertifiedStaff | null {
    const found = this.stated(filter, wanted);
    if (found === null) return null;
    const { sums, counted } = found;
    return {
      sums: { ...sums, certified: countCertified(at, filter, wanted, counted) },
      list: () => listOf(at.cube, counted, certifiedAt(at, filter, wanted, counted)),
    };
  }

  /** The companies under the filter, and those of them that state a headcount; null as in `under`. */
  stated(
    filter: Filter,
    wanted: Pick<StaffWanted, 'scopes' | 'year'>,
  ): {
    readonly sums: Omit<Staff, 'certified'>;
    readonly counted: ReadonlyMap<number, StatedStaff>;
  } | null {
    if (UNFIT.some((field) => filter[field] !== undefined)) return null;
    const sums = { companies: 0, stated: 0, headcount: 0, required: 0 };
    const counted = new Map<number, StatedStaff>();
    const isIn = companyTest(filter, wanted.scopes);
    for (const [id, employer] of this.employers) {
      if (!isIn(id, employer)) continue;
      sums.companies++;
      let last: StatedStaff | undefined;
      for (const one of employer.stated) if (one.year <= wanted.year) last = one;
      if (last === undefined) continue;
      sums.stated++;
      sums.headcount += last.headcount;
      sums.required += last.required;
      counted.set(id, last);
    }
    return { sums, counted };
  }
}

/** Which rows count: their company does, they are in force, and their kind is asked for. */
function countingRows(
  { cube, columns }: StaffSource,
  { kinds, categories }: Filter,
  { scopes, inForce }: StaffWanted,
  counted: ReadonlyMap<number, StatedStaff>,
): (i: number) => boolean {
  const isCounted = new Uint8Array(cube.companies.values.length + 1);
  cube.companies.values.forEach((id, number) => {
    isCounted[number + 1] = counted.has(id) ? 1 : 0;
  });
  const own: Filter = {
    ...(kinds === undefined ? {} : { kinds }),
    ...(categories === undefined ? {} : { categories }),
  };
  const matches = compileFilter(cube, own, scopes);
  const { company } = cube;
  const { status } = columns;
  return (i) => isCounted[company[i] ?? 0] === 1 && inForce[status[i] ?? 0] === 1 && matches(i);
}

/**
 * How many different holders those rows have: marked in a table where their numbers lie close together, as those of persons
 * mostly do. Lists of them are eight megabytes, and made for every press they have memory collected beside the next.
 */
function countCertified(
  at: StaffSource,
  filter: Filter,
  wanted: StaffWanted,
  counted: ReadonlyMap<number, StatedStaff>,
): number {
  const { holder, count } = at.cube;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    const one = holder[i] ?? 0;
    if (one < least) least = one;
    if (one > most) most = one;
  }
  const span = most - least + 1;
  if (!(span > 0 && span <= MAX_SPREAD * count))
    return distinct(certifiedAt(at, filter, wanted, counted).holders);
  const isIn = countingRows(at, filter, wanted, counted);
  const seen = new Uint8Array(span);
  let found = 0;
  for (let i = 0; i < count; i++) {
    if (!isIn(i)) continue;
    const place = (holder[i] ?? 0) - least;
    found += 1 - (seen[place] ?? 0);
    seen[place] = 1;
  }
  return found;
}

interface Certified {
  readonly holders: Float64Array;
  readonly companies: Uint32Array;
}

/** Holders of certificates in force at companies that count, and each one's company by its number in the cube. */
function certifiedAt(
  at: StaffSource,
  filter: Filter,
  wanted: StaffWanted,
  counted: ReadonlyMap<number, StatedStaff>,
): Certified {
  const { cube } = at;
  const isIn = countingRows(at, filter, wanted, counted);
  const holders = new Float64Array(cube.count);
  const companies = new Uint32Array(cube.count);
  let length = 0;
  for (let i = 0; i < cube.count; i++) {
    if (!isIn(i)) continue;
    holders[length] = cube.holder[i] ?? 0;
    companies[length++] = cube.company[i] ?? 0;
  }
  return { holders: holders.subarray(0, length), companies: companies.subarray(0, length) };
}

/** Company by company; whoever is certified at two of them counts at both. Those that miss most of the required come first. */
function listOf(
  { companies: dictionary }: Cube,
  counted: ReadonlyMap<number, StatedStaff>,
  { holders, companies }: Certified,
): readonly CompanyStaff[] {
  const starts = new Uint32Array(dictionary.values.length + 2);
  for (let i = 0; i < companies.length; i++) {
    const next = (companies[i] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let n = 1; n < starts.length; n++) starts[n] = (starts[n] ?? 0) + (starts[n - 1] ?? 0);
  const next = starts.slice();
  const byCompany = new Float64Array(holders.length);
  for (let i = 0; i < companies.length; i++) {
    const company = companies[i] ?? 0;
    const at = next[company] ?? 0;
    next[company] = at + 1;
    byCompany[at] = holders[i] ?? 0;
  }
  const missing = ({ required, certified }: CompanyStaff): number => required - certified;
  return [...counted]
    .map(([id, one]) => {
      const number = (dictionary.find(id) ?? -1) + 1;
      const own = byCompany.subarray(starts[number] ?? 0, starts[number + 1] ?? 0);
      const { region, headcount, required } = one;
      return { id, region, headcount, required, certified: number === 0 ? 0 : distinct(own) };
    })
    .sort((a, b) => missing(b) - missing(a) || a.id - b.id);
}

/** What a company that counts states. */
export interface StatedStaff {
  readonly region: number;
  readonly headcount: number;
  readonly required: number;
}

/** One company of the rate. */
export interface CompanyStaff extends StatedStaff {
  readonly id: number;
  readonly certified: number;
}

/** The rate, and what it is made of. */
export interface CertifiedStaff {
  readonly sums: Staff;
  /** Every company that states a headcount, one by one. */
  readonly list: () => readonly CompanyStaff[];
}

interface StaffSource {
  readonly cube: Cube;
  readonly columns: Pick<DayColumns, 'status'>;
}

export interface StaffWanted {
  readonly scopes: readonly string[];
  readonly year: number;
  /** By status: 1 where a certificate may be used. */
  readonly inForce: Uint8Array;
}

/** Whether a company is under the filter; each region is compared once. */
function companyTest(
  filter: Filter,
  scopes: readonly string[],
): (id: number, employer: Known) => boolean {
  const regions = new Map<number, boolean>();
  const isRegion = (region: number): boolean => {
    let known = regions.get(region);
    if (known === undefined) {
      known =
        isRegionIn(region, scopes) &&
        (filter.regions === undefined || isRegionIn(region, filter.regions));
      regions.set(region, known);
    }
    return known;
  };
  return (id, { region, industry }) =>
    isRegion(region) &&
    (filter.company === undefined || filter.company === id) &&
    (filter.industries === undefined || filter.industries.includes(industry));
}

/** Room of a table by number, as a multiple of the numbers that are looked for. */
const MAX_SPREAD = 8;

/** How many different numbers there are: marked in a table where they lie close together, as those of persons mostly do. */
function distinct(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const span = most - least + 1;
  let count = 0;
  if (span > 0 && span <= MAX_SPREAD * values.length) {
    const seen = new Uint8Array(span);
    for (let i = 0; i < values.length; i++) {
      const at = (values[i] ?? 0) - least;
      count += 1 - (seen[at] ?? 0);
      seen[at] = 1;
    }
    return count;
  }
  const sorted = values.slice().sort();
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) count++;
  return count;
}

/** Reads the companies in steps. */
export async function buildStaffing(db: ReadableDb): Promise<Staffing> {
  const staffing = new Staffing();
  const companies =
    'select id, "region", "industry", "staffing" from company where id > ? order by id';
  for await (const rows of pages(db, companies))
    for (const row of rows)
      staffing.putCompany(intOf(row[0]), {
        region: intOf(row[1]),
        industry: intOf(row[2]),
        stated: [...(JSON.parse(textOf(row[3])) as Stated)].sort(([a], [b]) => a - b),
      });
  return staffing;
}
