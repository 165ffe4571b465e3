import { addYears, type Day, isoFromDay } from '../../kernel/day';
import type { CertificateKind } from '../model';
import type { KindRule, RulePack } from './rule-pack';

export type Course = 'initial' | 'annual' | 'review';

export function kindRule(pack: RulePack, kind: CertificateKind): KindRule | undefined {
  return pack.kinds.find((rule) => rule.kind === kind);
}

/**
 * Last day, inclusive, of a period of whole years: the day before the anniversary, or the month's
 * end where the anniversary does not exist (29 February).
 */
export function periodEnd(from: Day, years: number): Day {
  const anniversary = addYears(from, years);
  return isoFromDay(anniversary).slice(8) === isoFromDay(from).slice(8)
    ? anniversary - 1
    : anniversary;
}

/** Last day of validity of a certificate of a kind; undefined when the pack does not know the kind. */
export function validToOf(pack: RulePack, kind: CertificateKind, validFrom: Day): Day | undefined {
  const rule = kindRule(pack, kind);
  return rule === undefined ? undefined : periodEnd(validFrom, rule.validityYears);
}

/**
 * First review after `after` within a certificate's validity; undefined when the kind has none or
 * the next would fall on its end, where renewal takes its place.
 */
export function nextReviewDue(
  pack: RulePack,
  kind: CertificateKind,
  validFrom: Day,
  after: Day,
): Day | undefined {
  const rule = kindRule(pack, kind);
  const every = rule?.reviewEveryYears;
  if (rule === undefined || every === undefined) return undefined;
  for (let years = every; years < rule.validityYears; years += every) {
    const due = periodEnd(validFrom, years);
    if (due > after) return due;
  }
  return undefined;
}

export function isHighRisk(pack: RulePack, industry: number): boolean {
  return pack.highRiskIndustries.includes(industry);
}

/** Class hours that a course must have; undefined where the pack names none. */
export function requiredHours(
  pack: RulePack,
  kind: CertificateKind,
  course: Course,
  industry: number,
): number | undefined {
  const hours = kindRule(pack, kind)?.hours;
  if (hours === undefined) return undefined;
  if (isHighRisk(pack, industry)) {
    if (course === 'initial') return hours.highRiskInitial ?? hours.initial;
    if (course === 'annual') return hours.highRiskAnnual ?? hours.annual;
  }
  return hours[course];
}
