import { BASE_STATUSES, type BaseStatusCode, STATUSES, type StatusCode } from '../model';
import { overridingStatus, type StatusCutoffs } from './cutoffs';
import type { DateStatus } from './rule-pack';

export type StatusColumn = 'validFrom' | 'validTo' | 'reviewDue' | 'baseStatus';
export type Comparison =
  | {
      readonly column: StatusColumn;
      readonly operator: '=' | '>' | '>=' | '<' | '<=';
      readonly value: number;
    }
  | { readonly column: 'reviewDue'; readonly operator: '<'; readonly otherColumn: 'validTo' };

/** `status` holds for a row that meets every comparison of `when` (none: always). */
export interface StatusRule {
  readonly status: StatusCode;
  readonly when: readonly Comparison[];
}

/**
 * The same answer as `classify` as an ordered list, first match wins: one SQL CASE. An absent
 * review may be 0 or NULL, as every review rule demands reviewDue > 0.
 */
export function statusRules(cutoffs: StatusCutoffs): readonly StatusRule[] {
  const rules: StatusRule[] = [];
  for (const base of Object.values(BASE_STATUSES) as BaseStatusCode[]) {
    const status = overridingStatus(base);
    if (status !== undefined) rules.push({ status, when: [compare('baseStatus', '=', base)] });
  }
  for (const group of rankedGroups(cutoffs)) {
    const reviews = group.filter((status) => status.startsWith('review-'));
    const others = group.filter((status) => !status.startsWith('review-'));
    const reviewRules = reviews.map((status) => ruleOf(status, cutoffs));
    // A tie goes to the clock with fewer days left, to validity when they are equal.
    if (others.length > 0)
      rules.push(
        ...reviewRules.map(({ status, when }) => ({ status, when: [...when, isReviewSooner] })),
      );
    rules.push(...others.map((status) => ruleOf(status, cutoffs)), ...reviewRules);
  }
  return rules;
}

const isReviewSooner: Comparison = { column: 'reviewDue', operator: '<', otherColumn: 'validTo' };

function compare(
  column: StatusColumn,
  operator: '=' | '>' | '>=' | '<' | '<=',
  value: number,
): Comparison {
  return { column, operator, value };
}

function rankedGroups({ ranks }: StatusCutoffs): DateStatus[][] {
  const groups: DateStatus[][] = [];
  for (const [status, code] of Object.entries(STATUSES)) {
    const rank = ranks[code] ?? 0;
    if (rank === 0) continue;
    const group = groups[rank] ?? [];
    group.push(status as DateStatus);
    groups[rank] = group;
  }
  return groups.filter((group) => group !== undefined);
}

function ruleOf(status: DateStatus, cutoffs: StatusCutoffs): StatusRule {
  const { today, expiringTo, reviewDueTo } = cutoffs;
  const hasBegun = compare('validFrom', '<=', today);
  const hasReview = compare('reviewDue', '>', 0);
  const conditions: Readonly<Record<DateStatus, readonly Comparison[]>> = {
    'not-yet-valid': [compare('validFrom', '>', today)],
    expired: [hasBegun, compare('validTo', '<', today)],
    expiring: [hasBegun, compare('validTo', '>=', today), compare('validTo', '<=', expiringTo)],
    'review-overdue': [hasReview, compare('reviewDue', '<', today)],
    'review-due': [
      hasReview,
      compare('reviewDue', '>=', today),
      compare('reviewDue', '<=', reviewDueTo),
    ],
    // Last group of every pack: whatever met no rule before.
    valid: [],
  };
  return { status: STATUSES[status], when: conditions[status] };
}
