import { EVENT_TYPES } from '../../../shared/domain/model';
import type { ReadableDb } from '../database';
import { readCounts } from '../slice/state';
import type { Cube } from './cube';
import { DayColumn, NONE } from './day-column';
import { History } from './history';
import { rowsAsColumns } from './saved/load';
import type { SavedColumns } from './saved/saved-columns';
import { type Steps, withPauses } from './steps';

const FIRST_ROOM = 65_536;
/** Beyond it no count that a file states is believed beforehand. */
const MAX_FORETOLD = 12_000_000;
/** Events between two pauses. */
const EVENTS_PER_STEP = 8_192;

/** Row of a certificate by its id. Ids are mostly dense, so a plain array serves nearly always. */
export class RowFinder {
  private readonly first: number;
  /** Row plus 1; 0: none. */
  private readonly dense: Uint32Array | undefined;

  constructor(private readonly cube: Cube) {
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < cube.count; i++) {
      const id = cube.ids[i] ?? 0;
      least = Math.min(least, id);
      most = Math.max(most, id);
    }
    this.first = least;
    const span = most - least + 1;
    if (!(span > 0 && span <= 8 * cube.count + 65_536)) return;
    this.dense = new Uint32Array(span);
    for (let i = 0; i < cube.count; i++) this.dense[(cube.ids[i] ?? 0) - least] = i + 1;
  }

  /** -1: not here. */
  rowOf(id: number): number {
    return this.dense === undefined
      ? this.cube.indexOf(id)
      : (this.dense[id - this.first] ?? 0) - 1;
  }
}

type EventValues = readonly [
  ids: Float64Array,
  certificate: Float64Array,
  seq: Float64Array,
  type: Float64Array,
  day: Float64Array,
  validTo: Float64Array,
  reviewDue: Float64Array,
];

/** Events as they come, in columns that grow. */
export class EventColumns {
  count = 0;
  row: Uint32Array;
  seq: Float64Array;
  type: Uint8Array;
  day: Int32Array;
  validTo: Int32Array;
  reviewDue: Int32Array;

  /** `expected`: so many events are there. */
  constructor(expected: number) {
    const room = Math.min(expected, MAX_FORETOLD) + FIRST_ROOM;
    this.row = new Uint32Array(room);
    this.seq = new Float64Array(room);
    this.type = new Uint8Array(room);
    this.day = new Int32Array(room);
    this.validTo = new Int32Array(room);
    this.reviewDue = new Int32Array(room);
  }

  private grow(): void {
    const room = Math.ceil(this.row.length * 1.6);
    const wider = <T extends Uint32Array | Float64Array | Uint8Array | Int32Array>(
      to: T,
      from: T,
    ): T => {
      to.set(from);
      return to;
    };
    this.row = wider(new Uint32Array(room), this.row);
    this.seq = wider(new Float64Array(room), this.seq);
    this.type = wider(new Uint8Array(room), this.type);
    this.day = wider(new Int32Array(room), this.day);
    this.validTo = wider(new Int32Array(room), this.validTo);
    this.reviewDue = wider(new Int32Array(room), this.reviewDue);
  }

  /** In the order of SAVED_COLUMNS.event; events of another kind or of certificates that are not here are left out. */
  add(values: readonly Float64Array[], count: number, rows: RowFinder): void {
    while (this.count + count > this.row.length) this.grow();
    const [, certificate, seq, type, day, validTo, reviewDue] = values as EventValues;
    const { row, seq: seqs, type: types, day: days, validTo: ends, reviewDue: dues } = this;
    let at = this.count;
    for (let i = 0; i < count; i++) {
      const kind = type[i] ?? 0;
      const found = kind <= EVENT_TYPES.cancelled ? rows.rowOf(certificate[i] ?? 0) : -1;
      if (found < 0) continue;
      const end = validTo[i] ?? Number.NaN;
      row[at] = found;
      seqs[at] = seq[i] ?? 0;
      types[at] = kind;
      days[at] = day[i] ?? 0;
      ends[at] = Number.isNaN(end) ? NONE : end;
      const due = reviewDue[i] ?? Number.NaN;
      // No review and one that is not told are the same.
      dues[at] = Number.isNaN(due) || due === 0 ? NONE : due;
      at++;
    }
    this.count = at;
  }

  /** By row, and within a row in their order. Takes what it holds with it. */
  *sorted(rowCount: number): Steps<History> {
    const starts = new Uint32Array(rowCount + 1);
    const bounds = new Bounds();
    for (let from = 0; from < this.count; from += EVENTS_PER_STEP) {
      const until = Math.min(this.count, from + EVENTS_PER_STEP);
      for (let at = from; at < until; at++) {
        const row = (this.row[at] ?? 0) + 1;
        starts[row] = (starts[row] ?? 0) + 1;
      }
      bounds.take(this, from, until);
      yield;
    }
    for (let row = 1; row < starts.length; row++)
      starts[row] = (starts[row] ?? 0) + (starts[row - 1] ?? 0);
    yield;
    const places = new Uint32Array(this.count);
    const next = starts.slice();
    for (let from = 0; from < this.count; from += EVENTS_PER_STEP) {
      this.place(
        { from, until: Math.min(this.count, from + EVENTS_PER_STEP) },
        starts,
        next,
        places,
      );
      yield;
    }
    this.seq = new Float64Array(0);
    const history = new History(
      starts,
      new Uint8Array(this.count),
      DayColumn.between(this.count, bounds.day, NONE),
      DayColumn.between(this.count, bounds.validTo, NONE),
      DayColumn.between(this.count, bounds.reviewDue, 0),
    );
    for (let from = 0; from < this.count; from += EVENTS_PER_STEP) {
      this.take(from, Math.min(this.count, from + EVENTS_PER_STEP), places, history);
      yield;
    }
    return history;
  }

  /** Finds the places of some events. A plain loop: one that a generator stops in is several times as slow. */
  private place(
    { from, until }: { readonly from: number; readonly until: number },
    starts: Uint32Array,
    next: Uint32Array,
    places: Uint32Array,
  ): void {
    const { row: rows, seq } = this;
    for (let at = from; at < until; at++) {
      const row = rows[at] ?? 0;
      const order = seq[at] ?? 0;
      const first = starts[row] ?? 0;
      let to = next[row] ?? 0;
      next[row] = to + 1;
      // They mostly come in order already.
      for (; to > first; to--) {
        const before = places[to - 1] ?? 0;
        if ((seq[before] ?? 0) <= order) break;
        places[to] = before;
      }
      places[to] = at;
    }
  }

  /** Brings the events of some places into a history. */
  private take(from: number, until: number, places: Uint32Array, history: History): void {
    const { type, day, validTo, reviewDue } = history;
    for (let to = from; to < until; to++) {
      const at = places[to] ?? 0;
      type[to] = this.type[at] ?? 0;
      day.set(to, this.day[at] ?? 0);
      validTo.set(to, this.validTo[at] ?? 0);
      reviewDue.set(to, this.reviewDue[at] ?? 0);
    }
  }
}

/** Between which days the events of a history lie; what is absent apart. */
class Bounds {
  readonly day: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  readonly validTo: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  readonly reviewDue: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  take(events: EventColumns, from: number, until: number): void {
    widen(this.day, events.day, from, until);
    widen(this.validTo, events.validTo, from, until);
    widen(this.reviewDue, events.reviewDue, from, until);
  }
}

function widen(bounds: [number, number], days: Int32Array, from: number, until: number): void {
  let [least, most] = bounds;
  for (let at = from; at < until; at++) {
    const day = days[at] ?? 0;
    if (day === NONE) continue;
    if (day < least) least = day;
    if (day > most) most = day;
  }
  bounds[0] = least;
  bounds[1] = most;
}

/** The events of all certificates, from saved columns where they are of the rows as they are, in steps; empty until the late entities are in. */
export async function buildHistory(
  db: ReadableDb,
  cube: Cube,
  saved: SavedColumns | null = null,
): Promise<History> {
  const rows = new RowFinder(cube);
  const events = new EventColumns(readCounts(db).event ?? 0);
  const rowCount = cube.count;
  for await (const { values, count } of rowsAsColumns(db, 'event', saved))
    events.add(values, count, rows);
  return withPauses(events.sorted(rowCount));
}
