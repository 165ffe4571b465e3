import type { MarkIndex, MarkSubject } from '../../../shared/domain/marks/marks';
import {
  BASE_STATUSES,
  isKnownKind,
  type ReadBaseCode,
  UNDER_VERIFICATION,
} from '../../../shared/domain/model';
import { dayInShanghai } from '../../../shared/kernel/day';

/** The base status as the model's code; an unknown one counts as withdrawn-like, never as valid. */
export function baseStatusOf(code: number): ReadBaseCode {
  return code === BASE_STATUSES.valid ||
    code === BASE_STATUSES.suspended ||
    code === BASE_STATUSES.revoked ||
    code === BASE_STATUSES.withdrawn ||
    code === UNDER_VERIFICATION
    ? code
    : BASE_STATUSES.cancelled;
}

/**
 * The base status as it is read: a certificate under a mark is not read as valid, nor one of a kind whose rules this program
 * does not know; the pages say which it is. What an issuer did to it counts more than a
 * mark. This is the one place where rows of the slice meet the marks.
 */
export function readBase(
  stored: number,
  marks: MarkIndex,
  subject: MarkSubject & { readonly kind: number },
): ReadBaseCode {
  const base = baseStatusOf(stored);
  if (base !== BASE_STATUSES.valid) return base;
  return !isKnownKind(subject.kind) || marks.of(subject) !== null ? UNDER_VERIFICATION : base;
}

/** Day since which a certificate is under a mark that is in force; 0: it is under none. */
export function markedSince(marks: MarkIndex, subject: MarkSubject): number {
  const sinceMs = marks.sinceOf(subject);
  return sinceMs === null ? 0 : Math.max(1, dayInShanghai(sinceMs));
}

/** The stored base status behind a read one: what counted on a day before any mark. */
export function unmarked(base: number): number {
  return base === UNDER_VERIFICATION ? BASE_STATUSES.valid : base;
}
