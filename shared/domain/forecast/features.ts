/**
 * What the forecast knows of a certificate on a day, in the order of the columns. `rate-*` are lapse rates of periods
 * whose outcome was known on that day, in logits against the rate of all; the rest is 0 or 1 or a small number.
 */
export const LAPSE_FEATURES = [
  'constant',
  'kind-manager-principal',
  'kind-manager-safety',
  'kind-construction-a',
  'kind-construction-b',
  'kind-construction-c1',
  'kind-construction-c2',
  'kind-construction-c3',
  'rate-company',
  'rate-body',
  'rate-industry',
  'rate-region',
  'company-size',
  'ends-within-30',
  'ends-within-10',
  'first-period',
  'review-done',
] as const;
export type LapseFeature = (typeof LAPSE_FEATURES)[number];
export const LAPSE_WIDTH = LAPSE_FEATURES.length;

/** Days ahead that are forecast: certificates that end within so many days of the day, inclusive. */
export const AHEAD_DAYS = 90;
/** A renewal so many days after the end still counts as one. */
export const GRACE_DAYS = 90;
/** Days between two looks back. */
export const LOOK_STEP_DAYS = AHEAD_DAYS + 1;
/** Looks back that are kept for the test: about a year. */
export const TEST_LOOKS = 4;
/** Looks back altogether. Of periods further back the events that are held tell too little (DECISIONS.md). */
export const MAX_LOOKS = 10;

/** Day of a look, 0 the newest: the outcome of everything it forecasts is known by `today`. */
export function lookDay(today: number, look: number): number {
  return today - AHEAD_DAYS - GRACE_DAYS - look * LOOK_STEP_DAYS - 1;
}

/** Last day on which the outcome of what a look forecasts can still change. */
export function outcomeDay(look: number): number {
  return look + AHEAD_DAYS + GRACE_DAYS;
}

/** Examples of several looks: features on the look's day, what became of it, and which look it was (0 newest). */
export interface LapseExamples {
  readonly today: number;
  readonly values: Float32Array;
  /** 1: not renewed. */
  readonly outcomes: Uint8Array;
  readonly looks: Uint8Array;
  /** Kind of certificate, for the naive baseline. */
  readonly kinds: Uint8Array;
}
