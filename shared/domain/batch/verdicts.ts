import type { IdNumberFault } from '../identity/id-number';
import { STATUSES, type Status } from '../model';

/** What a row of a list comes to besides a status: never "fake", which no list can tell. */
const OTHER_VERDICTS = [
  /** Several certificates of different status: the list does not say which one is meant. */
  'several',
  'name-mismatch',
  /** The number is somebody else's. */
  'number-mismatch',
  /** The last day written in the list is not the record's. */
  'date-mismatch',
  'number-invalid',
  'not-in-slice',
  /** Neither ID nor certificate number. */
  'incomplete',
] as const;

export type BatchVerdict = Status | (typeof OTHER_VERDICTS)[number];

/** Every verdict, statuses first. */
export const BATCH_VERDICTS: readonly BatchVerdict[] = [
  ...(Object.keys(STATUSES) as Status[]),
  ...OTHER_VERDICTS,
];

/**
 * Why a number could not be read, or what kind of mismatch it is. `unknown-number`: the person is in the data, the number is
 * not.
 */
export type BatchReason =
  | IdNumberFault
  | 'other-person'
  | 'unknown-number'
  /** The last day that the list says could not be read, and was compared with none. */
  | 'date-unreadable'
  | null;

/** The four piles that a person sorts by. */
export type BatchPile = 'good' | 'soon' | 'bad' | 'unclear';

const PILES: Readonly<Record<BatchVerdict, BatchPile>> = {
  valid: 'good',
  expiring: 'soon',
  'review-due': 'soon',
  'not-yet-valid': 'bad',
  expired: 'bad',
  'review-overdue': 'bad',
  suspended: 'bad',
  revoked: 'bad',
  withdrawn: 'bad',
  cancelled: 'bad',
  'under-verification': 'unclear',
  several: 'unclear',
  'name-mismatch': 'unclear',
  'number-mismatch': 'unclear',
  'date-mismatch': 'unclear',
  'number-invalid': 'unclear',
  'not-in-slice': 'unclear',
  incomplete: 'unclear',
};

export function pileOf(verdict: BatchVerdict): BatchPile {
  return PILES[verdict];
}
