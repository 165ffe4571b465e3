import type { Filter } from '../../../shared/ipc/common';
import type { Cube } from './cube';
import { compileFilter } from './row-filter';
import type { StatedStaff } from './staffing';

/** Room of a table by holder's number, as a multiple of the certificates. */
const MAX_SPREAD = 8;

/** The state of a day: what each certificate was (low four bits: status), and what each company had stated by then. */
export interface StaffDay {
  readonly day: number;
  readonly codes: Uint8Array;
  readonly stated: ReadonlyMap<number, StatedStaff>;
}

export interface StaffPoint {
  readonly day: number;
  readonly headcount: number;
  readonly certified: number;
}

/** Distinct holders of a certificate in force at companies that count, on each of up to sixteen days, in one pass. */
export function staffTrend(
  cube: Cube,
  days: readonly StaffDay[],
  { kinds, categories }: Filter,
  { scopes, inForce }: { readonly scopes: readonly string[]; readonly inForce: Uint8Array },
): readonly StaffPoint[] {
  if (days.length > 16) throw new RangeError('days');
  const own: Filter = {
    ...(kinds === undefined ? {} : { kinds }),
    ...(categories === undefined ? {} : { categories }),
  };
  const matches = compileFilter(cube, own, scopes);
  const counted = new Uint16Array(cube.companies.values.length + 1);
  cube.companies.values.forEach((id, number) => {
    days.forEach(({ stated }, n) => {
      if (stated.has(id)) counted[number + 1] = (counted[number + 1] ?? 0) | (1 << n);
    });
  });
  const count = Math.min(cube.count, ...days.map(({ codes }) => codes.length));
  const seen = new Seen(cube.holder, count);
  const all = days.map(({ codes }) => codes);
  for (let i = 0; i < count; i++) {
    const mask = counted[cube.company[i] ?? 0] ?? 0;
    if (mask === 0 || !matches(i)) continue;
    let bits = 0;
    for (let n = 0; n < all.length; n++)
      if (((mask >> n) & 1) === 1 && inForce[(all[n]?.[i] ?? 0) & 0x0f] === 1) bits |= 1 << n;
    if (bits !== 0) seen.add(cube.holder[i] ?? 0, bits);
  }
  const certified = seen.counts(days.length);
  return days.map(({ day, stated }, n) => ({
    day,
    headcount: [...stated.values()].reduce((sum, { headcount }) => sum + headcount, 0),
    certified: certified[n] ?? 0,
  }));
}

/** The days on which each holder was seen: a table where their numbers lie close together, as they mostly do. */
class Seen {
  private readonly table: Uint16Array | null;
  private readonly others = new Map<number, number>();
  private readonly least: number;

  constructor(holders: ArrayLike<number>, count: number) {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let i = 0; i < count; i++) {
      const holder = holders[i] ?? 0;
      if (holder < least) least = holder;
      if (holder > most) most = holder;
    }
    const span = most - least + 1;
    this.least = least;
    this.table = span > 0 && span <= MAX_SPREAD * count ? new Uint16Array(span) : null;
  }

  add(holder: number, bits: number): void {
    const { table, least, others } = this;
    if (table === null) others.set(holder, (others.get(holder) ?? 0) | bits);
    else table[holder - least] = (table[holder - least] ?? 0) | bits;
  }

  counts(days: number): readonly number[] {
    const counts = new Array<number>(days).fill(0);
    for (const bits of this.table ?? this.others.values())
      for (let n = 0; n < days; n++) counts[n] = (counts[n] ?? 0) + ((bits >> n) & 1);
    return counts;
  }
}
