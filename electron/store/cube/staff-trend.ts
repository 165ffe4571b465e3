import type { Filter } from '../../../shared/ipc/common';
import type { Cube } from './cube';
import { compileFilter } from './row-filter';
import type { StatedStaff } from './staffing';
import type { Steps } from './steps';

/** Room of a table by holder's number, as a multiple of the certificates. */
const MAX_SPREAD = 8;
/** So many fit into the bits of a row. */
const MAX_DAYS = 16;
/** Rows between two pauses. */
const ROWS_PER_STEP = 65_536;
/** The bits of a state that are its status. */
const STATUS = 0x0f;

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

/**
 * Distinct holders of a certificate in force at companies that count, on each of up to sixteen days. Day by day over the rows:
 * one pass over all days at once jumps between as many columns, and at a million rows held the next board up for 200 ms. In
 * steps, so that a board comes in between; rows that change between two of them count as they were or as they are.
 */
export function* staffTrend(
  cube: Cube,
  days: readonly StaffDay[],
  { kinds, categories }: Filter,
  { scopes, inForce }: { readonly scopes: readonly string[]; readonly inForce: Uint8Array },
): Steps<readonly StaffPoint[]> {
  if (days.length > MAX_DAYS) throw new RangeError('days');
  const own: Filter = {
    ...(kinds === undefined ? {} : { kinds }),
    ...(categories === undefined ? {} : { categories }),
  };
  const matches = compileFilter(cube, own, scopes);
  const counted = new Uint16Array(cube.companies.values.length + 1);
  for (const [stated, mask] of daysAlike(days))
    cube.companies.values.forEach((id, number) => {
      if (stated.has(id)) counted[number + 1] = (counted[number + 1] ?? 0) | mask;
    });
  const count = Math.min(cube.count, ...days.map(({ codes }) => codes.length));
  // By row: the days on which its company counts, then those of them on which it was in force.
  const bits = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const mask = counted[cube.company[i] ?? 0] ?? 0;
    if (mask !== 0 && matches(i)) bits[i] = mask;
  }
  for (const [n, { codes }] of days.entries()) {
    yield;
    leaveInForce(bits, codes, inForce, n);
  }
  yield;
  const seen = new Seen(cube.holder, count);
  for (let from = 0; from < count; from += ROWS_PER_STEP) {
    yield;
    seen.addAll(cube.holder, bits, from, Math.min(count, from + ROWS_PER_STEP));
  }
  yield;
  const certified = seen.counts(days.length);
  const headcounts = new Map<StaffDay['stated'], number>();
  for (const stated of new Set(days.map((one) => one.stated))) {
    let sum = 0;
    for (const { headcount } of stated.values()) sum += headcount;
    headcounts.set(stated, sum);
  }
  return days.map(({ day, stated }, n) => ({
    day,
    headcount: headcounts.get(stated) ?? 0,
    certified: certified[n] ?? 0,
  }));
}

/** The days, as bits, of each state of what companies had stated: most days share one. */
function daysAlike(days: readonly StaffDay[]): ReadonlyMap<StaffDay['stated'], number> {
  const alike = new Map<StaffDay['stated'], number>();
  days.forEach(({ stated }, n) => {
    alike.set(stated, (alike.get(stated) ?? 0) | (1 << n));
  });
  return alike;
}

/** Takes one day from the rows that were not in force on it. */
function leaveInForce(bits: Uint16Array, codes: Uint8Array, inForce: Uint8Array, n: number): void {
  const others = ~(1 << n);
  for (let i = 0; i < bits.length; i++)
    if (inForce[(codes[i] ?? 0) & STATUS] !== 1) bits[i] = (bits[i] ?? 0) & others;
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

  /** Some rows: a holder that came between two steps and lies outside of the table is counted apart. */
  addAll(holders: ArrayLike<number>, bits: Uint16Array, from: number, until: number): void {
    const { table, least, others } = this;
    const span = table?.length ?? 0;
    for (let i = from; i < until; i++) {
      const on = bits[i] ?? 0;
      if (on === 0) continue;
      const holder = holders[i] ?? 0;
      const at = holder - least;
      if (table !== null && at >= 0 && at < span) table[at] = (table[at] ?? 0) | on;
      else others.set(holder, (others.get(holder) ?? 0) | on);
    }
  }

  counts(days: number): readonly number[] {
    // How many holders were seen on the very same days: far fewer sums than holders.
    const alike = new Uint32Array(1 << MAX_DAYS);
    for (const all of [this.table ?? [], this.others.values()])
      for (const bits of all) alike[bits] = (alike[bits] ?? 0) + 1;
    const counts = new Array<number>(days).fill(0);
    alike.forEach((holders, bits) => {
      if (holders === 0) return;
      for (let n = 0; n < days; n++) counts[n] = (counts[n] ?? 0) + holders * ((bits >> n) & 1);
    });
    return counts;
  }
}
