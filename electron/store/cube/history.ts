import {
  BASE_STATUSES,
  EVENT_TYPES,
  isKnownKind,
  UNDER_VERIFICATION,
} from '../../../shared/domain/model';
import type { Cube, DatedColumns } from './cube';
import { unmarked } from './read-base';

/** A day that no record has. */
export const NONE = -0x7fffffff;

/** One event of a certificate as far as it changes dates or the issuer's status. */
export interface PastEvent {
  readonly type: number;
  readonly day: number;
  readonly validTo: number | null;
  readonly reviewDue: number | null;
}

const STATUS_AFTER = new Map<number, number>([
  [EVENT_TYPES.suspended, BASE_STATUSES.suspended],
  [EVENT_TYPES.resumed, BASE_STATUSES.valid],
  [EVENT_TYPES.revoked, BASE_STATUSES.revoked],
  [EVENT_TYPES.withdrawn, BASE_STATUSES.withdrawn],
  [EVENT_TYPES.cancelled, BASE_STATUSES.cancelled],
]);

/** Events of all certificates, packed; those of one stand together, in their order. */
export class History {
  /** Row in the cube. */
  readonly row: Uint32Array;
  readonly type: Uint8Array;
  readonly day: Int32Array;
  readonly validTo: Int32Array;
  readonly reviewDue: Int32Array;
  count = 0;

  constructor(capacity: number) {
    this.row = new Uint32Array(capacity);
    this.type = new Uint8Array(capacity);
    this.day = new Int32Array(capacity);
    this.validTo = new Int32Array(capacity);
    this.reviewDue = new Int32Array(capacity);
  }

  add(row: number, event: PastEvent): void {
    const at = this.count++;
    this.row[at] = row;
    this.type[at] = event.type;
    this.day[at] = event.day;
    this.validTo[at] = event.validTo ?? NONE;
    this.reviewDue[at] = event.reviewDue ?? 0;
  }

  /** Overwrites what it holds. */
  zero(): void {
    for (const column of [this.row, this.type, this.day, this.validTo, this.reviewDue])
      column.fill(0);
    this.count = 0;
  }
}

/** The state of the slice's certificates on a past day, as far as their events tell. */
export interface PastState {
  readonly columns: DatedColumns;
  /** Periods that had been extended by that day: row in the cube and last day of the old period. */
  readonly renewed: readonly (readonly [row: number, end: number])[];
  /** Certificates whose state on that day the events do not tell; they are left out. */
  readonly unknown: number;
}

/**
 * What was known on a day: periods by the last issue or renewal up to it, reviews and the issuer's status likewise. Employer,
 * region and industry are those of now, and certificates that have left the slice are missing: "as known today". `isToday`: what is
 * marked as 核查中 is read so, as everywhere else on this day.
 */
export function stateOn(
  cube: Cube,
  history: History,
  day: number,
  { isToday = false } = {},
): PastState {
  const count = cube.count;
  const columns: DatedColumns = {
    kind: cube.kind.slice(0, count),
    // Marks are of today, and count on it: on a past day counts what rested in the row.
    baseStatus: isToday
      ? cube.baseStatus.slice(0, count)
      : cube.baseStatus.slice(0, count).map(unmarked),
    validFrom: cube.validFrom.slice(0, count),
    validTo: cube.validTo.slice(0, count),
    reviewDue: cube.reviewDue.slice(0, count),
  };
  const renewed: [number, number][] = [];
  const told = new Uint8Array(count);
  let unknown = 0;
  for (let at = 0; at < history.count; ) {
    const row = history.row[at] ?? 0;
    let end = at + 1;
    while (end < history.count && history.row[end] === row) end++;
    told[row] = 1;
    if (columns.kind[row] !== 0) {
      const life = replay(history, at, end, day);
      for (const old of life.renewed) renewed.push([row, old]);
      if (!put(columns, row, life, day)) unknown++;
    }
    at = end;
  }
  for (let i = 0; i < count; i++)
    if (told[i] === 0 && (columns.validFrom[i] ?? 0) > day) columns.kind[i] = 0;
  // Rules that are not known today were not known then.
  for (let i = 0; i < count; i++)
    if (columns.baseStatus[i] === BASE_STATUSES.valid && !isKnownKind(columns.kind[i] ?? 0))
      columns.baseStatus[i] = UNDER_VERIFICATION;
  return { columns, renewed, unknown };
}

interface Life {
  /** The period on the day; NONE where it began before the events that are held. */
  from: number;
  to: number;
  due: number;
  base: number;
  /** Day of the first issue or renewal after the day. */
  nextDay: number;
  isIssuedLater: boolean;
  hasLaterReview: boolean;
  hasLaterStatus: boolean;
  hasPeriodsBeyondNext: boolean;
  readonly renewed: number[];
}

function replay(history: History, from: number, until: number, day: number): Life {
  const life: Life = {
    from: NONE,
    to: NONE,
    due: 0,
    base: BASE_STATUSES.valid,
    nextDay: NONE,
    isIssuedLater: false,
    hasLaterReview: false,
    hasLaterStatus: false,
    hasPeriodsBeyondNext: false,
    renewed: [],
  };
  for (let at = from; at < until; at++) {
    const type = history.type[at] ?? 0;
    const when = history.day[at] ?? 0;
    const isPeriod = type === EVENT_TYPES.issued || type === EVENT_TYPES.renewed;
    const after = STATUS_AFTER.get(type);
    if (when > day) {
      if (isPeriod && life.nextDay !== NONE) life.hasPeriodsBeyondNext = true;
      if (isPeriod && life.nextDay === NONE) {
        life.nextDay = when;
        life.isIssuedLater = type === EVENT_TYPES.issued;
      }
      if (type === EVENT_TYPES.reviewed) life.hasLaterReview = true;
      if (after !== undefined) life.hasLaterStatus = true;
    } else if (isPeriod) {
      const to = history.validTo[at] ?? NONE;
      if (life.to !== NONE && to > life.to) life.renewed.push(life.to);
      life.from = life.to === NONE ? when : Math.max(life.to + 1, when);
      life.to = to;
      life.due = history.reviewDue[at] ?? 0;
    } else if (type === EVENT_TYPES.reviewed) life.due = history.reviewDue[at] ?? 0;
    else if (after !== undefined) life.base = after;
  }
  return life;
}

/** Writes what the row was; false where that cannot be known. */
function put(columns: DatedColumns, row: number, life: Life, day: number): boolean {
  if (life.hasLaterStatus) columns.baseStatus[row] = life.base;
  if (life.nextDay === NONE) {
    if (life.hasLaterReview) columns.reviewDue[row] = life.due;
    return true;
  }
  if (life.to !== NONE) {
    columns.validFrom[row] = life.from;
    columns.validTo[row] = life.to;
    columns.reviewDue[row] = life.due;
    return true;
  }
  const began = columns.validFrom[row] ?? 0;
  if (life.isIssuedLater || life.hasPeriodsBeyondNext || began <= life.nextDay) {
    columns.kind[row] = 0;
    return life.isIssuedLater;
  }
  // Renewed before its end: the new period began on the day after the old one.
  columns.validFrom[row] = Math.min(day, began - 1);
  columns.validTo[row] = began - 1;
  columns.reviewDue[row] = 0;
  return true;
}
