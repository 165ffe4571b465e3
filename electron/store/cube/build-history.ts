import { EVENT_TYPES } from '../../../shared/domain/model';
import type { ReadableDb } from '../database';
import type { Cube } from './cube';
import { History, NONE } from './history';
import { rowsAsColumns } from './saved/load';
import type { SavedColumns } from './saved/saved-columns';
import { type Steps, withPauses } from './steps';

const FIRST_ROOM = 65_536;
/** Events between two pauses. */
const EVENTS_PER_STEP = 8_192;

/** Row of a certificate by its id. Ids are mostly dense, so a plain array serves nearly always. */
class RowFinder {
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

/** Events as they come, in columns that grow. */
class EventColumns {
  count = 0;
  row = new Uint32Array(FIRST_ROOM);
  seq = new Float64Array(FIRST_ROOM);
  type = new Uint8Array(FIRST_ROOM);
  day = new Int32Array(FIRST_ROOM);
  validTo = new Int32Array(FIRST_ROOM);
  reviewDue = new Int32Array(FIRST_ROOM);

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
    const [, certificate, seq, type, day, validTo, reviewDue] = values;
    while (this.count + count > this.row.length) this.grow();
    for (let i = 0; i < count; i++) {
      const kind = type?.[i] ?? 0;
      const row = kind <= EVENT_TYPES.cancelled ? rows.rowOf(certificate?.[i] ?? 0) : -1;
      if (row < 0) continue;
      const at = this.count++;
      const end = validTo?.[i] ?? Number.NaN;
      this.row[at] = row;
      this.seq[at] = seq?.[i] ?? 0;
      this.type[at] = kind;
      this.day[at] = day?.[i] ?? 0;
      this.validTo[at] = Number.isNaN(end) ? NONE : end;
      this.reviewDue[at] = reviewDue?.[i] ?? 0;
    }
  }

  /** By row, and within a row in their order. */
  *sorted(rowCount: number): Steps<History> {
    const next = new Uint32Array(rowCount + 1);
    for (let at = 0; at < this.count; at++) {
      const row = this.row[at] ?? 0;
      next[row + 1] = (next[row + 1] ?? 0) + 1;
    }
    yield;
    for (let row = 0; row < rowCount; row++)
      next[row + 1] = (next[row + 1] ?? 0) + (next[row] ?? 0);
    const places = new Uint32Array(this.count);
    const starts = next.slice();
    for (let at = 0; at < this.count; at++) {
      const row = this.row[at] ?? 0;
      let to = next[row] ?? 0;
      next[row] = to + 1;
      // They mostly come in order already.
      for (; to > (starts[row] ?? 0); to--) {
        const before = places[to - 1] ?? 0;
        if ((this.seq[before] ?? 0) <= (this.seq[at] ?? 0)) break;
        places[to] = before;
      }
      places[to] = at;
      if (at % EVENTS_PER_STEP === 0) yield;
    }
    const history = new History(this.count);
    for (let to = 0; to < this.count; to++) {
      const at = places[to] ?? 0;
      history.row[to] = this.row[at] ?? 0;
      history.type[to] = this.type[at] ?? 0;
      history.day[to] = this.day[at] ?? 0;
      history.validTo[to] = this.validTo[at] ?? 0;
      history.reviewDue[to] = this.reviewDue[at] ?? 0;
      if (to % EVENTS_PER_STEP === 0) yield;
    }
    history.count = this.count;
    return history;
  }
}

/** The events of all certificates, from saved columns where they are of the rows as they are, in steps; empty until the late entities are in. */
export async function buildHistory(
  db: ReadableDb,
  cube: Cube,
  saved: SavedColumns | null = null,
): Promise<History> {
  const rows = new RowFinder(cube);
  const events = new EventColumns();
  const rowCount = cube.count;
  for await (const { values, count } of rowsAsColumns(db, 'event', saved))
    events.add(values, count, rows);
  return withPauses(events.sorted(rowCount));
}
