import type { ReadableDb } from '../database';
import type { VerifyResult } from '../protocol';
import { FACTS, readFact } from './state';

/** What the slice said of itself when a check began, each as it is kept; the check's own moment may be long past at its end. */
export interface CheckBasis {
  /** Which load the file is of. */
  readonly load: string;
  readonly late: string;
  readonly lastVerify: string;
}

/** A check's result and what it was found on. */
export interface Checked {
  readonly result: VerifyResult;
  readonly basis: CheckBasis;
}

export function checkBasis(db: ReadableDb): CheckBasis {
  const text = (value: unknown) => JSON.stringify(value ?? null);
  return {
    load: text(readFact(db, FACTS.load)),
    late: text(readFact(db, FACTS.late)),
    lastVerify: text(readFact(db, FACTS.lastVerify)),
  };
}

/**
 * Whether a check's result may be noted now. What was found since counts for more than a check that began before it: that
 * all is equal does not take back a difference, or speak of late rows that came later; that rows differ stands until a
 * repair. Nothing is noted of another file. Pages that came since are no matter: a result is of the root that it names.
 */
export function isNotable({ result, basis }: Checked, now: CheckBasis): boolean {
  if (now.load !== basis.load) return false;
  if (now.lastVerify === basis.lastVerify) return !result.isEqual || now.late === basis.late;
  const since = JSON.parse(now.lastVerify) as { readonly isEqual?: boolean } | null;
  return !result.isEqual && since?.isEqual !== true;
}
