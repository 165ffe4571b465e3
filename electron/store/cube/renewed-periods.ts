import { EVENT_TYPES } from '../../../shared/domain/model';
import { NONE } from './day-column';
import type { History } from './history';
import type { Steps } from './steps';

const FIRST_ROOM = 1_024;
const EVENTS_PER_STEP = 8_192;
const ROWS_PER_STEP = 4_096;
/** Days that are sorted by counting. */
const MAX_SPAN = 1_000_000;
/** Windows of days whose rows are kept in order: of today's board, and of one that it is held against. */
const MAX_WINDOWS = 2;

/** Periods of certificates that a later event extended: row in the cube and last day of the old period, by day. */
export class RenewedPeriods {
  private rows = new Uint32Array(0);
  private days = new Int32Array(0);
  /** Rows whose periods changed since: these count, not those above. */
  private readonly changed = new Map<number, readonly number[]>();
  /** By row: 1 where it is in `changed`. */
  private isChanged = new Uint8Array(0);
  /** By first and last day: rows of `rows` in their own order. By day they stand anywhere, and a board would look for each anew. */
  private readonly windows = new Map<string, Uint32Array>();

  /** All that the events of a history tell, which stand by row and in their order. */
  static *steps(history: History): Steps<RenewedPeriods> {
    const ended = new EndedPeriods();
    for (let from = 0; from < history.rows; from += ROWS_PER_STEP) {
      ended.read(history, from, Math.min(history.rows, from + ROWS_PER_STEP));
      yield;
    }
    const periods = new RenewedPeriods();
    const order = yield* byDay(ended.days.subarray(0, ended.count));
    periods.rows = inOrder(ended.rows, order, new Uint32Array(ended.count));
    yield;
    periods.days = inOrder(ended.days, order, new Int32Array(ended.count));
    return periods;
  }

  /** Replaces the periods of one row. */
  set(row: number, ends: readonly number[]): void {
    this.changed.set(row, [...ends]);
    if (row >= this.isChanged.length) {
      const wider = new Uint8Array(2 * row + FIRST_ROOM);
      wider.set(this.isChanged);
      this.isChanged = wider;
    }
    this.isChanged[row] = 1;
  }

  /** Tells the row of every period that ended within the days, both inclusive. */
  eachEnded(from: number, until: number, tell: (row: number) => void): void {
    const rows = this.window(from, until);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      if (this.isChanged[row] !== 1) tell(row);
    }
    for (const [row, ends] of this.changed)
      for (const end of ends) if (end >= from && end <= until) tell(row);
  }

  private window(from: number, until: number): Uint32Array {
    const key = `${from} ${until}`;
    const known = this.windows.get(key);
    if (known !== undefined) return known;
    const rows = this.rows.slice(this.firstFrom(from), this.firstFrom(until + 1)).sort();
    for (const oldest of this.windows.keys())
      if (this.windows.size >= MAX_WINDOWS) this.windows.delete(oldest);
    this.windows.set(key, rows);
    return rows;
  }

  /** Place of the first period that ended on a day or later. */
  private firstFrom(day: number): number {
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.days[middle] ?? 0) < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Periods that a later event extended, in the order of a history. */
class EndedPeriods {
  rows = new Uint32Array(FIRST_ROOM);
  days = new Int32Array(FIRST_ROOM);
  count = 0;

  /** Some more rows. A plain loop: one that a generator stops in is several times as slow. */
  read({ starts, type: types, validTo }: History, from: number, until: number): void {
    const events = (starts[until] ?? 0) - (starts[from] ?? 0);
    while (this.count + events > this.rows.length)
      [this.rows, this.days] = [grown(this.rows), grown(this.days)];
    const { rows: ended, days } = this;
    let { count } = this;
    for (let row = from; row < until; row++) {
      let before = Number.POSITIVE_INFINITY;
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const type = types[at];
        if (type !== EVENT_TYPES.issued && type !== EVENT_TYPES.renewed) continue;
        const end = validTo.at(at);
        if (end === NONE) continue;
        if (end > before) {
          ended[count] = row;
          days[count++] = before;
        }
        before = end;
      }
    }
    this.count = count;
  }
}

function inOrder<T extends Uint32Array | Int32Array>(from: T, order: Uint32Array, to: T): T {
  for (let i = 0; i < to.length; i++) to[i] = from[order[i] ?? 0] ?? 0;
  return to;
}

/** Numbers of the days in their order. */
function* byDay(days: Int32Array): Steps<Uint32Array> {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < days.length; i++) {
    const day = days[i] ?? 0;
    if (day < least) least = day;
    if (day > most) most = day;
  }
  yield;
  const span = most - least + 1;
  const order = new Uint32Array(days.length);
  // Days that no calendar has: whoever wrote them may wait.
  if (!(span <= MAX_SPAN))
    return order.map((_, i) => i).sort((a, b) => (days[a] ?? 0) - (days[b] ?? 0));
  const next = new Uint32Array(Math.max(0, span) + 1);
  for (let i = 0; i < days.length; i++) {
    const at = (days[i] ?? 0) - least + 1;
    next[at] = (next[at] ?? 0) + 1;
  }
  yield;
  for (let i = 0; i < span; i++) next[i + 1] = (next[i + 1] ?? 0) + (next[i] ?? 0);
  for (let from = 0; from < days.length; from += EVENTS_PER_STEP) {
    placeByDay(
      days,
      { least, from, until: Math.min(days.length, from + EVENTS_PER_STEP) },
      next,
      order,
    );
    yield;
  }
  return order;
}

function placeByDay(
  days: Int32Array,
  { least, from, until }: { readonly least: number; readonly from: number; readonly until: number },
  next: Uint32Array,
  order: Uint32Array,
): void {
  for (let i = from; i < until; i++) {
    const at = (days[i] ?? 0) - least;
    const to = next[at] ?? 0;
    order[to] = i;
    next[at] = to + 1;
  }
}

function grown<T extends Uint32Array | Int32Array>(from: T): T {
  const wider = new (from.constructor as new (length: number) => T)(2 * from.length);
  wider.set(from);
  return wider;
}

/** Ends of periods that were extended, from the valid-to days of issue and renewals in order. */
export function renewedEnds(validTos: readonly number[]): number[] {
  return validTos.filter((end, i) => i + 1 < validTos.length && (validTos[i + 1] ?? 0) > end);
}
