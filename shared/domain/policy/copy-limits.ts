/** What may be copied out of a page at once, and within some minutes: a number, a name, a few people; never a list. */
export const COPY_LIMITS = {
  /** Numbers of persons or certificates, masked or not. */
  numbers: 5,
  lines: 12,
  characters: 1500,
  /** Of all copies within `spanMs`: what a page could carry out by many small copies. */
  spanMs: 10 * 60_000,
  spanNumbers: 30,
  spanCharacters: 10_000,
} as const;

/** Why a text may not be copied. `pace`: small by itself, too much with what was copied before. */
export type CopyFault = 'numbers' | 'lines' | 'characters' | 'pace';

export interface CopySize {
  /** Different numbers in it that look like those of persons, phones or certificates. */
  readonly numbers: number;
  /** Lines with something on them. */
  readonly lines: number;
  readonly characters: number;
}

/** A longer text is refused by its length alone; what is beyond it is not looked at. */
const MAX_LOOKED_AT = 1_000_000;
const MIN_NUMBER = 8;
const MIN_DIGITS = 6;

/**
 * Measures a text. A number is a run of at least eight letters, digits and mask signs with six digits among them: ID
 * numbers, certificate numbers and phones with and without masks, not days (2026-11-28) and not statistics.
 */
export function copySize(text: string): CopySize {
  const looked = text.slice(0, MAX_LOOKED_AT).normalize('NFKC');
  const numbers = new Set<string>();
  for (const run of looked.match(/[0-9A-Za-z*•·]+/g) ?? []) {
    if (run.length >= MIN_NUMBER && run.replace(/\D/g, '').length >= MIN_DIGITS) numbers.add(run);
  }
  const lines = looked.split(/[\r\n]+/).filter((line) => line.trim() !== '').length;
  return { numbers: numbers.size, lines, characters: text.length };
}

/** Null where a text of this size may be copied after those of the last minutes. */
export function copyFault(size: CopySize, before: readonly CopySize[]): CopyFault | null {
  if (size.numbers > COPY_LIMITS.numbers) return 'numbers';
  if (size.lines > COPY_LIMITS.lines) return 'lines';
  if (size.characters > COPY_LIMITS.characters) return 'characters';
  const sum = (of: 'numbers' | 'characters') =>
    before.reduce((total, one) => total + one[of], size[of]);
  const isTooMuch =
    sum('numbers') > COPY_LIMITS.spanNumbers || sum('characters') > COPY_LIMITS.spanCharacters;
  return isTooMuch ? 'pace' : null;
}
