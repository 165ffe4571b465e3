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
  private readonly employers = new Map<number, Employer>();

  putCompany(id: number, employer: Employer): void {
    this.employers.set(id, employer);
  }

  /**
   * Distinct persons with a certificate in force, over the headcounts of the companies under the filter that state one for
   * that year or an earlier one; both of the same companies. Regions and industries are the companies' own, kinds and
   * categories those of the certificates. Null under a filter by status or day.
   */
  under(
    { cube, columns }: { readonly cube: Cube; readonly columns: Pick<DayColumns, 'status'> },
    filter: Filter,
    { scopes, year, inForce }: Wanted,
  ): Staff | null {
    if (UNFIT.some((field) => filter[field] !== undefined)) return null;
    const sums = { companies: 0, stated: 0, headcount: 0, required: 0 };
    const counts = new Set<number>();
    for (const [id, employer] of this.employers) {
      if (!isCompanyIn(id, employer, filter, scopes)) continue;
      sums.companies++;
      const last = employer.stated.filter(([of, count]) => of <= year && count > 0).at(-1);
      if (last === undefined) continue;
      sums.stated++;
      sums.headcount += last[1];
      sums.required += last[2];
      counts.add(id);
    }
    const wanted = Uint8Array.from(cube.companies.values, (id) => (counts.has(id) ? 1 : 0));
    const { kinds, categories } = filter;
    const own: Filter = {
      ...(kinds === undefined ? {} : { kinds }),
      ...(categories === undefined ? {} : { categories }),
    };
    const matches = compileFilter(cube, own, scopes);
    const found = new Float64Array(cube.count);
    let length = 0;
    for (let i = 0; i < cube.count; i++) {
      if (inForce[columns.status[i] ?? 0] !== 1 || !matches(i)) continue;
      if (wanted[(cube.company[i] ?? 0) - 1] === 1) found[length++] = cube.holder[i] ?? 0;
    }
    return { ...sums, certified: distinct(found.subarray(0, length)) };
  }
}

interface Wanted {
  readonly scopes: readonly string[];
  readonly year: number;
  /** By status: 1 where a certificate may be used. */
  readonly inForce: Uint8Array;
}

function isCompanyIn(
  id: number,
  { region, industry }: Employer,
  filter: Filter,
  scopes: readonly string[],
): boolean {
  if (!isRegionIn(region, scopes)) return false;
  if (filter.company !== undefined && filter.company !== id) return false;
  if (filter.industries !== undefined && !filter.industries.includes(industry)) return false;
  return filter.regions === undefined || isRegionIn(region, filter.regions);
}

function distinct(values: Float64Array): number {
  values.sort();
  let count = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) count++;
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
