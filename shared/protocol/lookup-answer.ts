import type { ReadBaseCode } from '../domain/model';

/** What the centre answers to a `lookup`. */
export type LookupAnswer =
  | { readonly found: 'none' | 'name-differs' }
  /** The number is on record, of somebody whose ID number is not the one asked with it. */
  | { readonly found: 'number-differs' }
  /** Several certificates of the number, in different standing: the question does not say which is meant. */
  | { readonly found: 'several' }
  | {
      readonly found: 'one';
      /** Marks of the certificate's region laid over it. */
      readonly baseStatus: ReadBaseCode;
      readonly validFrom: number;
      readonly validTo: number;
      /** 0: no review. */
      readonly reviewDue: number;
    };

const PREFIX = 'lookup:';
const PLAIN = ['none', 'name-differs', 'number-differs', 'several'] as const;

/** As it stands in the reason of a verdict. */
export function writeLookupAnswer(answer: LookupAnswer): string {
  if (answer.found !== 'one') return PREFIX + answer.found;
  const { baseStatus, validFrom, validTo, reviewDue } = answer;
  return `${PREFIX}one:${baseStatus}:${validFrom}:${validTo}:${reviewDue}`;
}

/** Reads it; undefined for any other reason. */
export function readLookupAnswer(reason: string | null): LookupAnswer | undefined {
  if (reason === null || !reason.startsWith(PREFIX)) return undefined;
  const rest = reason.slice(PREFIX.length);
  const plain = PLAIN.find((found) => found === rest);
  if (plain !== undefined) return { found: plain };
  const [, base, from, to, review] =
    /^one:([1-6]):(\d{1,6}):(\d{1,6}):(\d{1,6})$/u.exec(rest) ?? [];
  if (base === undefined) return undefined;
  return {
    found: 'one',
    baseStatus: Number(base) as ReadBaseCode,
    validFrom: Number(from),
    validTo: Number(to),
    reviewDue: Number(review),
  };
}
