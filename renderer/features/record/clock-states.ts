import { dayOf, type Validity } from '../../lib/status';

export interface ClockStates {
  readonly day: number;
  readonly period: 'over' | 'soon' | 'fine' | 'not-begun';
  /** Null: this certificate has no review. */
  readonly review: 'late' | 'now' | 'open' | 'done' | null;
  /** Day of the open review, or of the last one done. */
  readonly reviewDay: number | null;
  /** The issuer's own status or a mark of the centre overrides both clocks: neither may look like an all-clear. */
  readonly isOverridden: boolean;
}

/**
 * Both clocks as the status beside them was worked out: `reviewDue` is the open review, whatever was
 * done before; only without one is the last review the whole story. Each clock speaks for itself: the one that does not decide
 * may be as near its end.
 */
export function clockStates(validity: Validity, reviewDone: number | null): ClockStates {
  const { status, validFrom, validTo, reviewDue, soon } = validity;
  const day = dayOf(validity);
  const period =
    day > validTo ? 'over' : day < validFrom ? 'not-begun' : soon.validity ? 'soon' : 'fine';
  const open = reviewDue === null ? null : soon.review ? 'now' : 'open';
  const review =
    reviewDue !== null && day > reviewDue
      ? 'late'
      : (open ?? (reviewDone === null ? null : 'done'));
  const isOverridden = validity.deciding === 'base' || status === 'under-verification';
  return { day, period, review, reviewDay: reviewDue ?? reviewDone, isOverridden };
}
