import { type BatchVerdict, pileOf } from '../batch/verdicts';
import type { Day } from '../model';

/** One person of a queue, as kept: masked. */
export interface SitePerson {
  /** From 1, in the order of the queue; a number that was undone is not given again. */
  readonly n: number;
  readonly atMs: number;
  readonly name: string | null;
  readonly number: string | null;
  readonly company: string | null;
  /** A verdict of a scan, or `missing`: no certificate was shown. */
  readonly verdict: string;
  readonly certificates: readonly number[];
  /** Until when it is to be put right; null where nothing is. */
  readonly dueDay: Day | null;
  readonly doneDay: Day | null;
}

export interface SiteVisit {
  /** ULID. */
  readonly id: string;
  readonly place: string;
  readonly startedMs: number;
  /** Null while the queue goes on. A closed visit is never changed but for what was put right since. */
  readonly closedMs: number | null;
  readonly people: readonly SitePerson[];
  /** The last number that was given. */
  readonly last: number;
}

/** Most people of one visit. */
export const MOST_PEOPLE = 1_000;
/** Days until something is to be put right, unless somebody says otherwise. */
export const DUE_DAYS = 15;

export type SitePile = 'good' | 'soon' | 'bad' | 'unclear';

/** The pile of a verdict: what may work, what soon has to be renewed, what may not, what is to be looked into. */
export function sitePile(verdict: string): SitePile {
  if (verdict === 'genuine') return 'good';
  if (verdict === 'genuine-expired' || verdict === 'missing') return 'bad';
  const isKnown = (word: string): word is BatchVerdict =>
    pileOf(word as BatchVerdict) !== undefined;
  return isKnown(verdict) ? pileOf(verdict) : 'unclear';
}

/** Whether it has to be put right at once: no certificate in force. */
export const needsRectification = (verdict: string): boolean => sitePile(verdict) === 'bad';

export interface RectificationRate {
  readonly total: number;
  readonly done: number;
  /** Not done, and past its day. */
  readonly overdue: number;
  /** Done by its day, in per cent of those that are done or past it; null where there are none. */
  readonly onTimePercent: number | null;
}

/** How the rectifications stand on a day. The due day itself is in time. */
export function rectificationRate(people: readonly SitePerson[], today: Day): RectificationRate {
  const due = people.filter(({ dueDay }) => dueDay !== null);
  const done = due.filter(({ doneDay }) => doneDay !== null);
  const inTime = done.filter(({ doneDay, dueDay }) => (doneDay ?? 0) <= (dueDay ?? 0));
  const overdue = due.filter(({ doneDay, dueDay }) => doneDay === null && (dueDay ?? 0) < today);
  const judged = done.length + overdue.length;
  return {
    total: due.length,
    done: done.length,
    overdue: overdue.length,
    onTimePercent: judged === 0 ? null : Math.round((inTime.length / judged) * 100),
  };
}
