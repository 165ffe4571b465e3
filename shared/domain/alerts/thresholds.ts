import { ALERT_POLICY, type AlertPolicy } from './alert';

/** What a policy says of the rules: their thresholds, and of the export quota its part in percent. */
export type AlertThresholds = Omit<AlertPolicy, 'exportRows'> & { readonly exportShare: number };
export type Threshold = keyof AlertThresholds;

const { exportRows: _exportRows, ...shipped } = ALERT_POLICY;
/** What holds where the centre signed none. */
export const SHIPPED_THRESHOLDS: AlertThresholds = { ...shipped, exportShare: 80 };

/**
 * Least and most of each. No policy may go beyond: at the one end the rule would cry at ordinary work until nobody looks any more, at
 * the other it would be switched off, because nobody reaches it.
 */
export const THRESHOLD_BOUNDS: Readonly<Record<Threshold, readonly [number, number]>> = {
  // Somebody who works until six in the evening is not at work at night; a night of less than five hours is none.
  nightFromHour: [19, 23],
  nightToHour: [4, 8],
  nightActs: [1, 20],
  // Fourteen days have ten of work, less with holidays: more would never come together.
  usualDays: [3, 8],
  // Below two spreads every busy day is far; above ten a copy of a region is not.
  usualSpreads: [2, 10],
  usualFloor: [20, 200],
  sameTimes: [5, 30],
  sameDays: [1, 14],
  // A script opens a hundred within five minutes with ease; a person at work opens twenty in an hour.
  differentTimes: [20, 100],
  differentMinutes: [5, 60],
  // Above it the limit of an hour would have to be used up twice over.
  reveals: [10, 120],
  // The whole quota cannot be passed, so that a rule at a hundred percent would hardly ever speak.
  exportShare: [10, 90],
  addressLogins: [2, 10],
  clockBackMinutes: [2, 30],
  // At ten wrong passwords the device asks for the security administrator: it has to be told before.
  failures: [3, 9],
};
export const THRESHOLDS = Object.keys(THRESHOLD_BOUNDS) as readonly Threshold[];

/** The first that is no whole number within its bounds; null where all are. */
export function thresholdFault(values: Readonly<Record<string, unknown>>): Threshold | null {
  const isBad = (name: Threshold) => {
    const [least, most] = THRESHOLD_BOUNDS[name];
    const value = values[name];
    return !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most);
  };
  return THRESHOLDS.find(isBad) ?? null;
}

/** The rules of an office whose people may export so many certificates a day. */
export function alertPolicyOf(
  { exportShare, ...rest }: AlertThresholds,
  exportsPerDay: number,
): AlertPolicy {
  return { ...rest, exportRows: Math.max(1, Math.ceil((exportsPerDay * exportShare) / 100)) };
}
