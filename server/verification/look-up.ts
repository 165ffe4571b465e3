import { dayInShanghai, isoFromDay } from '../../shared/kernel/day';
import { readVerificationCode } from '../../shared/protocol/verification-code';
import type { SqlClient } from '../store/sql-client';
import { findCode } from '../store/verification';

/**
 * How a document's code stands: `taken` its record was accepted, `waiting` persons decide on it, `refused` the centre
 * refused it, `disputed` more than one document bears the code, `unknown` none that was told here, `form` no code.
 */
export type Standing = 'taken' | 'waiting' | 'refused' | 'disputed' | 'unknown' | 'form';

/** What everybody may know of a document by its code: no person, no certificate, no purpose, no scope. */
export interface CodeAnswer {
  readonly standing: Standing;
  /** In its printed form; null for `form`. */
  readonly code: string | null;
  readonly document: {
    readonly kind: 'package' | 'record';
    readonly trace: string;
    readonly office: string;
    readonly isPractice: boolean;
    /** Day in Shanghai on which the office says it was made, ISO. */
    readonly madeOn: string;
    readonly count: number;
    /** Hex; to be compared with the document at hand. Null where none was told. */
    readonly manifestSha256: string | null;
    readonly packageSha256: string | null;
  } | null;
}

const STANDINGS = {
  applied: 'taken',
  duplicate: 'taken',
  'needs-review': 'waiting',
  rejected: 'refused',
} as const;

/** Looks a code up as somebody typed it. A refused or disputed one says no more than that. */
export async function lookUpCode(client: SqlClient, typed: string): Promise<CodeAnswer> {
  const code = readVerificationCode(typed);
  if (code === null) return { standing: 'form', code, document: null };
  const [found, second] = await findCode(client, code);
  if (found === undefined) return { standing: 'unknown', code, document: null };
  if (second !== undefined) return { standing: 'disputed', code, document: null };
  const standing = STANDINGS[found.verdict];
  if (standing === 'refused') return { standing, code, document: null };
  const { verdict: _verdict, madeMs, ...document } = found;
  return { standing, code, document: { ...document, madeOn: isoFromDay(dayInShanghai(madeMs)) } };
}
