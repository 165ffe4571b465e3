import {
  AHEAD_DAYS,
  GRACE_DAYS,
  LAPSE_FEATURES,
  LAPSE_WIDTH,
  type LapseFeature,
} from '../../../shared/domain/forecast/features';
import { BASE_STATUSES, CERTIFICATE_KINDS, EVENT_TYPES } from '../../../shared/domain/model';
import type { Cube, DatedColumns } from './cube';
import type { History } from './history';
import { type DatedRoom, stateSteps } from './state-on';
import { atOnce, type Steps } from './steps';

/** What lapse rates are kept of, by the cube's own numbers. */
export type RateOf = 'company' | 'body' | 'industry' | 'region';
export interface Rates {
  /** Logits above the rate of all. */
  of(of: RateOf, number: number): number;
}

const NEVER = 0x7fffffff;
/** Rows between two pauses: of all certificates, and of those that a look is about, which take more. */
const ROWS_PER_STEP = 8_192;
const LOOKED_PER_STEP = 2_048;

const COLUMN = new Map(LAPSE_FEATURES.map((feature, j) => [feature, j]));
const column = (feature: LapseFeature): number => COLUMN.get(feature) ?? 0;
const AT = {
  company: column('rate-company'),
  body: column('rate-body'),
  industry: column('rate-industry'),
  region: column('rate-region'),
  size: column('company-size'),
  within30: column('ends-within-30'),
  within10: column('ends-within-10'),
  first: column('first-period'),
  done: column('review-done'),
};
/** Column of a kind's own feature; special operations, the most frequent, are what the others differ from. */
const KIND_AT: ReadonlyMap<number, number> = new Map(
  Object.entries(CERTIFICATE_KINDS).flatMap(([word, code]) => {
    const at = COLUMN.get(`kind-${word}` as LapseFeature);
    return at === undefined ? [] : [[code, at] as const];
  }),
);

/** What the events of each certificate up to a day, and the first renewal after it, say. */
interface Lives {
  /** The present period is known to be the first. */
  readonly isFirst: Uint8Array;
  /** The present period had its review. */
  readonly isReviewed: Uint8Array;
  /** Issued after the day. */
  readonly isLater: Uint8Array;
  /** Day of the first renewal after the day. Outcome, never a feature. */
  readonly nextRenewal: Int32Array;
}

/** Certificates that end within 90 days of a day, what was known of each on that day, and what became of it. */
export interface LapseLook {
  readonly day: number;
  /** Rows in the cube. */
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  /** Day of the first renewal after the look's day. */
  readonly renewedOn: Int32Array;
  readonly ends: Int32Array;
}

function* livesOn(history: History, count: number, day: number): Steps<Lives> {
  const lives: Lives = {
    isFirst: new Uint8Array(count),
    isReviewed: new Uint8Array(count),
    isLater: new Uint8Array(count),
    nextRenewal: new Int32Array(count).fill(NEVER),
  };
  for (let from = 0; from < count; from += ROWS_PER_STEP) {
    readLives(history, lives, day, from);
    yield;
  }
  return lives;
}

/** A plain loop over some rows: one that a generator stops in is several times as slow. */
function readLives(history: History, lives: Lives, day: number, from: number): void {
  const { starts, type: types } = history;
  const until = Math.min(lives.isFirst.length, from + ROWS_PER_STEP);
  for (let row = from; row < until; row++)
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const type = types[at];
      const when = history.day.at(at);
      if (when > day) {
        if (type === EVENT_TYPES.renewed && when < (lives.nextRenewal[row] ?? NEVER))
          lives.nextRenewal[row] = when;
        if (type === EVENT_TYPES.issued) lives.isLater[row] = 1;
      } else if (type === EVENT_TYPES.issued || type === EVENT_TYPES.renewed) {
        lives.isFirst[row] = type === EVENT_TYPES.issued ? 1 : 0;
        lives.isReviewed[row] = 0;
      } else if (type === EVENT_TYPES.reviewed) lives.isReviewed[row] = 1;
    }
}

/**
 * Certificates that each employer had on the day, as a small number: 0 for ten, 1 for twenty. All that were issued by
 * then: to leave out those whose state on the day only later events hide would tell of what came later.
 */
function* companySizes(cube: Cube, { isLater }: Lives): Steps<Float32Array> {
  const sizes = new Float32Array(cube.companies.values.length + 1);
  for (let from = 0; from < isLater.length; from += ROWS_PER_STEP) {
    const until = Math.min(isLater.length, from + ROWS_PER_STEP);
    for (let i = from; i < until; i++)
      if (cube.kind[i] !== 0 && isLater[i] === 0) {
        const company = cube.company[i] ?? 0;
        sizes[company] = (sizes[company] ?? 0) + 1;
      }
    yield;
  }
  return sizes.map((size, company) => (company === 0 ? 0 : Math.log2(Math.max(1, size) / 10)));
}

/** Rows that will end within 90 days of the day and that the issuer left standing. */
function* endingSoon(dated: DatedColumns, day: number): Steps<Uint32Array> {
  const rows: number[] = [];
  for (let from = 0; from < dated.kind.length; from += ROWS_PER_STEP) {
    const until = Math.min(dated.kind.length, from + ROWS_PER_STEP);
    for (let i = from; i < until; i++) {
      const left = (dated.validTo[i] ?? 0) - day;
      if (dated.kind[i] === 0 || dated.baseStatus[i] !== BASE_STATUSES.valid) continue;
      if (left >= 0 && left <= AHEAD_DAYS) rows.push(i);
    }
    yield;
  }
  return Uint32Array.from(rows);
}

/**
 * The look of a day. The date of the review is no feature: of a period whose beginning is not held it is known only where
 * nothing came after, so it would give the outcome away. Features are read from the state on that day and from `rates`, which must hold outcomes known by
 * then; employer, training body, industry and region are those of now, as everywhere on a board of a past day.
 */
export function* lookSteps(
  cube: Cube,
  history: History,
  rates: Rates,
  day: number,
  room?: DatedRoom,
): Steps<LapseLook> {
  // Marks as 核查中 are the centre's, for now: what a holder does about a period does not follow from them.
  const state = stateSteps(cube, history, day, { marks: 'none', ...(room && { room }) });
  const { columns: dated } = yield* state;
  const lives = yield* livesOn(history, dated.kind.length, day);
  const sizes = yield* companySizes(cube, lives);
  const rows = yield* endingSoon(dated, day);
  const values = new Float32Array(rows.length * LAPSE_WIDTH);
  const renewedOn = new Int32Array(rows.length);
  const ends = new Int32Array(rows.length);
  for (let from = 0; from < rows.length; from += LOOKED_PER_STEP) {
    const until = Math.min(rows.length, from + LOOKED_PER_STEP);
    for (let i = from; i < until; i++) {
      const row = rows[i] ?? 0;
      const at = i * LAPSE_WIDTH;
      const end = dated.validTo[row] ?? 0;
      const company = cube.company[row] ?? 0;
      values[at] = 1;
      ends[i] = end;
      renewedOn[i] = lives.nextRenewal[row] ?? NEVER;
      const kindAt = KIND_AT.get(dated.kind[row] ?? 0);
      if (kindAt !== undefined) values[at + kindAt] = 1;
      values[at + AT.company] = company === 0 ? 0 : rates.of('company', company);
      values[at + AT.body] = rates.of('body', cube.body[row] ?? 0);
      values[at + AT.industry] = rates.of('industry', cube.industry[row] ?? 0);
      values[at + AT.region] = rates.of('region', cube.region[row] ?? 0);
      values[at + AT.size] = sizes[company] ?? 0;
      values[at + AT.within30] = end - day <= 30 ? 1 : 0;
      values[at + AT.within10] = end - day <= 10 ? 1 : 0;
      values[at + AT.first] = lives.isFirst[row] ?? 0;
      values[at + AT.done] = lives.isReviewed[row] ?? 0;
    }
    yield;
  }
  return { day, rows, values, renewedOn, ends };
}

/** As lookSteps, at once. */
export function lookOn(cube: Cube, history: History, rates: Rates, day: number): LapseLook {
  return atOnce(lookSteps(cube, history, rates, day));
}

/** 1 where a certificate of a look was not renewed by 90 days after its end. */
export function outcomesOf(look: LapseLook): Uint8Array {
  return Uint8Array.from(look.ends, (end, i) =>
    (look.renewedOn[i] ?? NEVER) <= end + GRACE_DAYS ? 0 : 1,
  );
}
