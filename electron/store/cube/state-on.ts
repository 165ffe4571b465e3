import {
  BASE_STATUSES,
  EVENT_TYPES,
  isKnownKind,
  UNDER_VERIFICATION,
} from '../../../shared/domain/model';
import type { Cube, DatedColumns } from './cube';
import { NONE } from './day-column';
import type { History } from './history';
import { unmarked } from './read-base';
import { RowDays } from './row-days';
import { atOnce, type Steps } from './steps';

/** Rows between two pauses: well below a millisecond. */
const ROWS_PER_STEP = 4_096;

/** Status after an event, by its type; 0: it changes none. */
const STATUS_AFTER = new Uint8Array(256);
STATUS_AFTER[EVENT_TYPES.suspended] = BASE_STATUSES.suspended;
STATUS_AFTER[EVENT_TYPES.resumed] = BASE_STATUSES.valid;
STATUS_AFTER[EVENT_TYPES.revoked] = BASE_STATUSES.revoked;
STATUS_AFTER[EVENT_TYPES.withdrawn] = BASE_STATUSES.withdrawn;
STATUS_AFTER[EVENT_TYPES.cancelled] = BASE_STATUSES.cancelled;

/** The state of the slice's certificates on a past day, as far as their events tell. */
export interface PastState {
  readonly columns: DatedColumns;
  /** Periods that had been extended by that day: row in the cube and last day of the old period. */
  readonly renewed: RowDays;
  /** Certificates whose state on that day the events do not tell; they are left out. */
  readonly unknown: number;
}

/**
 * Which marks as 核查中 count: those in force today from the day on which the centre gave them (`then`), all of today, whatever
 * the clock says (`today`), or none: what issuers left standing (`none`). Marks that were lifted since are not known.
 */
type Marks = 'then' | 'today' | 'none';

/** Columns that a replay writes into, for one that follows another. */
export class DatedRoom {
  private columns: DatedColumns | undefined;

  /** The dated columns as they are now, copied. */
  take(cube: Cube): DatedColumns {
    const count = cube.count;
    const { columns } = this;
    if (columns === undefined || columns.kind.length !== count) {
      this.columns = {
        kind: cube.kind.slice(0, count),
        baseStatus: cube.baseStatus.slice(0, count),
        validFrom: cube.validFrom.slice(0, count),
        validTo: cube.validTo.slice(0, count),
        reviewDue: cube.reviewDue.slice(0, count),
      };
      return this.columns;
    }
    columns.kind.set(cube.kind.subarray(0, count));
    columns.baseStatus.set(cube.baseStatus.subarray(0, count));
    columns.validFrom.set(cube.validFrom.subarray(0, count));
    columns.validTo.set(cube.validTo.subarray(0, count));
    columns.reviewDue.set(cube.reviewDue.subarray(0, count));
    return columns;
  }
}

interface StateOptions {
  readonly marks?: Marks;
  readonly room?: DatedRoom;
}

/**
 * What was known on a day: periods by the last issue or renewal up to it, reviews and the issuer's status likewise. Employer,
 * region and industry are those of now, and certificates that have left the slice are missing: "as known today". In steps.
 */
export function* stateSteps(
  cube: Cube,
  history: History,
  day: number,
  { marks = 'then', room = new DatedRoom() }: StateOptions = {},
): Steps<PastState> {
  const replay = new Replay(cube, history, day, room);
  const { rows } = replay;
  yield;
  for (let from = 0; from < rows; from += ROWS_PER_STEP) {
    replay.unmark(from, Math.min(rows, from + ROWS_PER_STEP));
    yield;
    replay.read(from, Math.min(rows, from + ROWS_PER_STEP));
    yield;
    replay.settle(from, Math.min(rows, from + ROWS_PER_STEP), marks);
    yield;
  }
  return replay.state;
}

/** As stateSteps, at once. */
export function stateOn(
  cube: Cube,
  history: History,
  day: number,
  options: StateOptions = {},
): PastState {
  return atOnce(stateSteps(cube, history, day, options));
}

/** Lives row by row. Plain loops: one that a generator stops in is several times as slow. */
class Replay {
  private readonly columns: DatedColumns;
  private readonly markedFrom: Int32Array;
  private readonly renewed = new RowDays();
  private unknown = 0;
  /** The period on the day; NONE where it began before the events that are held. */
  private from = NONE;
  private to = NONE;
  private due = 0;
  private base: number = BASE_STATUSES.valid;
  /** Day of the first issue or renewal after the day. */
  private nextDay = NONE;
  private isIssuedLater = false;
  private hasLaterReview = false;
  private hasLaterStatus = false;
  private hasPeriodsBeyondNext = false;

  constructor(
    cube: Cube,
    private readonly history: History,
    private readonly day: number,
    room: DatedRoom,
  ) {
    this.columns = room.take(cube);
    this.markedFrom = cube.markedFrom;
  }

  get rows(): number {
    return this.columns.kind.length;
  }

  get state(): PastState {
    return { columns: this.columns, renewed: this.renewed, unknown: this.unknown };
  }

  /** What rests in the rows, before any mark. */
  unmark(first: number, until: number): void {
    const { baseStatus } = this.columns;
    for (let row = first; row < until; row++) baseStatus[row] = unmarked(baseStatus[row] ?? 0);
  }

  read(first: number, until: number): void {
    const { history, day, columns } = this;
    const { starts } = history;
    for (let row = first; row < until; row++) {
      if (columns.kind[row] === 0) continue;
      const begin = starts[row] ?? 0;
      const end = starts[row + 1] ?? begin;
      if (begin >= end) {
        if ((columns.validFrom[row] ?? 0) > day) columns.kind[row] = 0;
        continue;
      }
      this.live(row, begin, end);
      if (!this.put(row)) this.unknown++;
    }
  }

  private live(row: number, begin: number, end: number): void {
    const { history, day } = this;
    this.from = NONE;
    this.to = NONE;
    this.due = 0;
    this.base = BASE_STATUSES.valid;
    this.nextDay = NONE;
    this.isIssuedLater = false;
    this.hasLaterReview = false;
    this.hasLaterStatus = false;
    this.hasPeriodsBeyondNext = false;
    for (let at = begin; at < end; at++) {
      const type = history.type[at] ?? 0;
      const when = history.day.at(at);
      const isPeriod = type === EVENT_TYPES.issued || type === EVENT_TYPES.renewed;
      const after = STATUS_AFTER[type] ?? 0;
      if (when > day) {
        if (isPeriod && this.nextDay !== NONE) this.hasPeriodsBeyondNext = true;
        if (isPeriod && this.nextDay === NONE) {
          this.nextDay = when;
          this.isIssuedLater = type === EVENT_TYPES.issued;
        }
        if (type === EVENT_TYPES.reviewed) this.hasLaterReview = true;
        if (after !== 0) this.hasLaterStatus = true;
      } else if (isPeriod) {
        const to = history.validTo.at(at);
        if (this.to !== NONE && to > this.to) this.renewed.add(row, this.to);
        this.from = this.to === NONE ? when : Math.max(this.to + 1, when);
        this.to = to;
        this.due = history.reviewDue.at(at);
      } else if (type === EVENT_TYPES.reviewed) this.due = history.reviewDue.at(at);
      else if (after !== 0) this.base = after;
    }
  }

  /** Writes what the row was; false where that cannot be known. */
  private put(row: number): boolean {
    const { columns } = this;
    if (this.hasLaterStatus) columns.baseStatus[row] = this.base;
    if (this.nextDay === NONE) {
      if (this.hasLaterReview) columns.reviewDue[row] = this.due;
      return true;
    }
    if (this.to !== NONE) {
      columns.validFrom[row] = this.from;
      columns.validTo[row] = this.to;
      columns.reviewDue[row] = this.due;
      return true;
    }
    const began = columns.validFrom[row] ?? 0;
    if (this.isIssuedLater || this.hasPeriodsBeyondNext || began <= this.nextDay) {
      columns.kind[row] = 0;
      return this.isIssuedLater;
    }
    // Renewed before its end: the new period began on the day after the old one.
    columns.validFrom[row] = Math.min(this.day, began - 1);
    columns.validTo[row] = began - 1;
    columns.reviewDue[row] = 0;
    return true;
  }

  /** Lays over what the issuer left standing that it may not be read as valid. */
  settle(first: number, until: number, marks: Marks): void {
    const { kind, baseStatus } = this.columns;
    const { markedFrom, day } = this;
    for (let row = first; row < until; row++) {
      if (baseStatus[row] !== BASE_STATUSES.valid) continue;
      const since = markedFrom[row] ?? 0;
      const isMarked = since !== 0 && marks !== 'none' && (marks === 'today' || since <= day);
      // Rules that are not known today were not known then.
      if (isMarked || !isKnownKind(kind[row] ?? 0)) baseStatus[row] = UNDER_VERIFICATION;
    }
  }
}
