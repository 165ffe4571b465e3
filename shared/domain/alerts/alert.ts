/** Rules that look for use of the data that is out of the ordinary. */
export const ALERT_RULES = [
  'night',
  'far-over-usual',
  'same-certificate',
  'many-different',
  'many-reveals',
  'export-quota',
  'new-device',
  'new-address',
  'clock-back',
  'failures',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

/** What a rule found of one person on one day. It tells what was counted and against what, never what was looked for. */
export interface Alert {
  /** The same for the same find whenever the log is looked through again: `rule:actor:day` and, where a day can have several, more. */
  readonly id: string;
  readonly rule: AlertRule;
  readonly actor: string;
  /** Day that it belongs to where the office is; a night belongs to the day on which it begins. */
  readonly day: number;
  /** First and last of what was counted, UTC ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** What was counted, and the number from which on it is told; minutes for `clock-back`. */
  readonly count: number;
  readonly limit: number;
  /** The person's own usual number a day, where the limit was reckoned from it. */
  readonly usual: number | null;
}

/** The word of somebody who looked into an alert. */
export interface Acknowledgement {
  /** What the alert counted when it was acknowledged: it is open again when it has grown. */
  readonly count: number;
  readonly by: string;
  readonly atMs: number;
  readonly note: string;
}

/** An entry of the log as far as the rules look at it. */
export interface AlertEvent {
  readonly kind: string;
  readonly actor: string;
  readonly atMs: number;
  /** Certificate, person or company that was opened, as `certificate/5`. */
  readonly subject: string | null;
  /** Values, rows or tries that the entry tells of; 1 where it tells of none. */
  readonly count: number;
  /** Network that a sign-in came from. */
  readonly address: string | null;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Days of the log that are looked at: those that alerts are told of, and before them what they are compared with. */
export const SCANNED_DAYS = 42;
export const COMPARED_DAYS = 14;

/** Thresholds. All by day and person unless said otherwise. */
export interface AlertPolicy {
  /** Hours of the day where the office is; night lasts from one into the other. */
  readonly nightFromHour: number;
  readonly nightToHour: number;
  /** Acts of a night. */
  readonly nightActs: number;
  /** Days of own work that a usual number needs, and how many spreads above it are far. */
  readonly usualDays: number;
  readonly usualSpreads: number;
  /** Never told below it, however little is usual. */
  readonly usualFloor: number;
  /** The same certificate, within so many days. */
  readonly sameTimes: number;
  readonly sameDays: number;
  /** Different ones, within so many minutes. */
  readonly differentTimes: number;
  readonly differentMinutes: number;
  /** Different values revealed one by one. */
  readonly reveals: number;
  /** Certificates in exports. */
  readonly exportRows: number;
  /** Sign-ins that a comparison of networks needs. */
  readonly addressLogins: number;
  readonly clockBackMinutes: number;
  readonly failures: number;
}

/** What holds where no other was signed. */
export const ALERT_POLICY: AlertPolicy = {
  nightFromHour: 22,
  nightToHour: 6,
  nightActs: 5,
  usualDays: 5,
  usualSpreads: 6,
  usualFloor: 60,
  sameTimes: 12,
  sameDays: 7,
  differentTimes: 60,
  differentMinutes: 10,
  reveals: 40,
  exportRows: 160_000,
  addressLogins: 5,
  clockBackMinutes: 5,
  failures: 5,
};

/**
 * Offset from UTC by which an office's people live, ms. By law all of China keeps +8; the working day of Xinjiang is laid two
 * hours later, so that its night by the clock is two hours later too.
 */
export function officeOffsetMs(regions: readonly string[]): number {
  const isWest = regions.length > 0 && regions.every((region) => region.startsWith('65'));
  return (isWest ? 6 : 8) * HOUR_MS;
}

/** Day of a moment where the office is. */
export function officeDay(atMs: number, offsetMs: number): number {
  return Math.floor((atMs + offsetMs) / DAY_MS);
}

/** The day on which the night of a moment began; null when it is no night. */
export function nightOf(atMs: number, offsetMs: number, policy: AlertPolicy): number | null {
  const localMs = atMs + offsetMs;
  const hour = Math.floor((((localMs % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
  const day = Math.floor(localMs / DAY_MS);
  if (hour >= policy.nightFromHour) return day;
  return hour < policy.nightToHour ? day - 1 : null;
}
