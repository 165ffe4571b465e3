import type { CertificateKind, Status } from '../../shared/domain/model';
import type { CertificateItem } from '../../shared/ipc/routes/search';
import type { IconName } from '../ui/icon-paths';

export type Tone = 'ok' | 'warn' | 'bad' | 'off' | 'info';
export type Validity = CertificateItem['validity'];

const LOOKS: Record<Status, { readonly tone: Tone; readonly icon: IconName }> = {
  valid: { tone: 'ok', icon: 'ok' },
  expiring: { tone: 'warn', icon: 'clock' },
  'review-due': { tone: 'warn', icon: 'review' },
  'review-overdue': { tone: 'bad', icon: 'review' },
  expired: { tone: 'bad', icon: 'bad' },
  'not-yet-valid': { tone: 'off', icon: 'clock' },
  suspended: { tone: 'off', icon: 'pause' },
  revoked: { tone: 'off', icon: 'ban' },
  withdrawn: { tone: 'off', icon: 'ban' },
  cancelled: { tone: 'off', icon: 'ban' },
  'under-verification': { tone: 'off', icon: 'search' },
};

/** Colour and icon of a status; the word comes from the catalogue. */
export function lookOf(status: Status): { readonly tone: Tone; readonly icon: IconName } {
  return LOOKS[status];
}

/** Statuses behind the tabs of a list, in their order. */
export const STATUS_GROUPS = {
  valid: ['valid'],
  soon: ['expiring', 'review-due'],
  expired: ['expired', 'review-overdue'],
  stopped: [
    'suspended',
    'revoked',
    'withdrawn',
    'cancelled',
    'not-yet-valid',
    'under-verification',
  ],
} as const satisfies Record<string, readonly Status[]>;
export type StatusGroup = keyof typeof STATUS_GROUPS;
export const STATUS_GROUP_NAMES = Object.keys(STATUS_GROUPS) as StatusGroup[];

export const KINDS: readonly CertificateKind[] = [
  'manager-principal',
  'manager-safety',
  'special-operation',
  'construction-a',
  'construction-b',
  'construction-c1',
  'construction-c2',
  'construction-c3',
];

/** The day that a status was given for: bars and clocks beside it never use another. */
export function dayOf({ deciding, reviewDue, validTo, daysLeft }: Validity): number {
  return (deciding === 'review' && reviewDue !== null ? reviewDue : validTo) - daysLeft;
}

/** The date that decides the status, and where the bar stands between valid-from and valid-to (0–100). */
export function barOf(
  validity: Validity,
  day: number = dayOf(validity),
): {
  readonly percent: number;
  readonly reviewPercent: number | null;
  readonly decidingDay: number;
} {
  const span = Math.max(1, validity.validTo - validity.validFrom);
  const clamp = (at: number) =>
    Math.min(100, Math.max(1, ((at - validity.validFrom) / span) * 100));
  const isReview = validity.deciding === 'review' && validity.reviewDue !== null;
  return {
    percent: clamp(day),
    reviewPercent:
      validity.reviewDue !== null && validity.reviewDue < validity.validTo
        ? clamp(validity.reviewDue)
        : null,
    decidingDay: isReview && validity.reviewDue !== null ? validity.reviewDue : validity.validTo,
  };
}
