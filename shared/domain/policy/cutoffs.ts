import type { Day } from '../../kernel/day';
import {
  BASE_STATUSES,
  type BaseStatusCode,
  type ReadBaseCode,
  STATUSES,
  type StatusCode,
  UNDER_VERIFICATION,
} from '../model';
import type { RulePack } from './rule-pack';

/** A pack's status rules for one day, as integers: what columns are compared with. */
export interface StatusCutoffs {
  readonly today: Day;
  /** Last `validTo` that is expiring. */
  readonly expiringTo: Day;
  /** Last `reviewDue` that is due. */
  readonly reviewDueTo: Day;
  /** Rank of a status by its code, 0 worst; base statuses outrank all. */
  readonly ranks: readonly number[];
}

/** Cutoffs for a day. Cheap; make them once a day and pack, not once a row. */
export function statusCutoffs(pack: RulePack, today: Day): StatusCutoffs {
  const ranks: number[] = new Array(Math.max(...Object.values(STATUSES)) + 1).fill(0);
  pack.statusPrecedence.forEach((group, rank) => {
    for (const status of group) ranks[STATUSES[status]] = rank + 1;
  });
  return {
    today,
    expiringTo: today + pack.stages.expiring,
    reviewDueTo: today + pack.reviewStages.expiring,
    ranks,
  };
}

/** The status that an issuer's base status gives; undefined for `valid`, where dates decide. */
export function overridingStatus(base: BaseStatusCode): StatusCode | undefined {
  switch (base) {
    case BASE_STATUSES.valid:
      return undefined;
    case BASE_STATUSES.suspended:
      return STATUSES.suspended;
    case BASE_STATUSES.revoked:
      return STATUSES.revoked;
    case BASE_STATUSES.withdrawn:
      return STATUSES.withdrawn;
    case BASE_STATUSES.cancelled:
      return STATUSES.cancelled;
  }
}

/** True where the issuer left the certificate standing, so that its dates count; a mark of the centre does not end it. */
export function isStanding(base: number): boolean {
  return base === BASE_STATUSES.valid || base === UNDER_VERIFICATION;
}

/**
 * What a mark leaves of the status that the dates give: nothing that reads as usable. What is bad already stays what it is, so
 * that a mark makes no certificate look better.
 */
export function underMark(status: StatusCode): StatusCode {
  return status === STATUSES.valid ||
    status === STATUSES.expiring ||
    status === STATUSES['review-due']
    ? STATUSES['under-verification']
    : status;
}

/** Status of the validity clock alone; the last day is inclusive. */
export function validityStatus(validFrom: Day, validTo: Day, cutoffs: StatusCutoffs): StatusCode {
  if (validFrom > cutoffs.today) return STATUSES['not-yet-valid'];
  if (validTo < cutoffs.today) return STATUSES.expired;
  return validTo <= cutoffs.expiringTo ? STATUSES.expiring : STATUSES.valid;
}

/** Status of the review clock alone; the due day is inclusive. */
export function reviewStatus(reviewDue: Day, cutoffs: StatusCutoffs): StatusCode {
  if (reviewDue < cutoffs.today) return STATUSES['review-overdue'];
  return reviewDue <= cutoffs.reviewDueTo ? STATUSES['review-due'] : STATUSES.valid;
}

/** True when the review clock is the worse of the two. */
export function isReviewWorse(
  validity: StatusCode,
  validTo: Day,
  review: StatusCode,
  reviewDue: Day,
  cutoffs: StatusCutoffs,
): boolean {
  const difference = (cutoffs.ranks[review] ?? 0) - (cutoffs.ranks[validity] ?? 0);
  return difference < 0 || (difference === 0 && reviewDue < validTo);
}

/**
 * Status code of one row from its integer columns, equal to `evaluateStatus(...).status`.
 * `reviewDue` 0: no review clock.
 */
export function classify(
  validFrom: Day,
  validTo: Day,
  reviewDue: Day | 0,
  base: ReadBaseCode,
  cutoffs: StatusCutoffs,
): StatusCode {
  if (base === UNDER_VERIFICATION)
    return underMark(classify(validFrom, validTo, reviewDue, BASE_STATUSES.valid, cutoffs));
  const overriding = overridingStatus(base);
  if (overriding !== undefined) return overriding;
  const validity = validityStatus(validFrom, validTo, cutoffs);
  if (reviewDue === 0) return validity;
  const review = reviewStatus(reviewDue, cutoffs);
  return isReviewWorse(validity, validTo, review, reviewDue, cutoffs) ? review : validity;
}
