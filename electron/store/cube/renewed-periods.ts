import { EVENT_TYPES } from '../../../shared/domain/model';
import { type History, NONE } from './history';
import type { Steps } from './steps';

const FIRST_ROOM = 1_024;
const EVENTS_PER_STEP = 8_192;
/** Days that are sorted by counting. */
const MAX_SPAN = 1_000_000;

/** Periods of certificates that a later event extended: row in the cube and last day of the old period, by day. */
export class RenewedPeriods {
  private rows = new Uint32Array(0);
  private days = new Int32Array(0);
  /** Rows whose periods changed since: these count, not those above. */
  private readonly changed = new Map<number, readonly number[]>();
  /** By row: 1 where it is in `changed`. */
  private isChanged = new Uint8Array(0);

  /** All that the events of a history tell, which stand by row and in their order. */
  static *steps(history: History): Steps<RenewedPeriods> {
    let [rows, days] = [new Uint32Array(FIRST_ROOM), new Int32Array(FIRST_ROOM)];
    let count = 0;
    let row = -1;
    let before = NONE;
    for (let at = 0; at < history.count; at++) {
      if (at % EVENTS_PER_STEP === 0) yield;
      const type = history.type[at];
      const end = history.validTo[at] ?? NONE;
      if ((type !== EVENT_TYPES.issued && type !== EVENT_TYPES.renewed) || end === NONE) continue;
      if (history.row[at] === row && end > before) {
        if (count === rows.length) [rows, days] = [grown(rows), grown(days)];
        rows[count] = row;
        days[count++] = before;
      }
      row = history.row[at] ?? 0;
      before = end;
    }
    const periods = new RenewedPeriods();
    const order = yield* byDay(days.subarray(0, count));
    periods.rows = new Uint32Array(count);
    periods.days = new Int32Array(count);
    for (let to = 0; to < count; to++) {
      const from = order[to] ?? 0;
      periods.rows[to] = rows[from] ?? 0;
      periods.days[to] = days[from] ?? 0;
      if (to % EVENTS_PER_STEP === 0) yield;
    }
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
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.days[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.days.length && (this.days[i] ?? 0) <= until; i++) {
      const row = this.rows[i] ?? 0;
      if (this.isChanged[row] !== 1) tell(row);
    }
    for (const [row, ends] of this.changed)
      for (const end of ends) if (end >= from && end <= until) tell(row);
  }
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
  for (let i = 0; i < days.length; i++) {
    const at = (days[i] ?? 0) - least;
    const to = next[at] ?? 0;
    order[to] = i;
    next[at] = to + 1;
    if (i % EVENTS_PER_STEP === 0) yield;
  }
  return order;
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
