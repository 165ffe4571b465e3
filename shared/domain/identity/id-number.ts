import { type Day, dayOf, isoFromDay } from '../../kernel/day';
import { err, ok, type Result } from '../../kernel/result';

/** A checked 公民身份号码. `normalized` always has 18 characters. */
export interface IdNumber {
  readonly normalized: string;
  /** GB/T 2260 county code of the first registration; retired codes are legal. */
  readonly regionCode: string;
  readonly birthDay: Day;
  /** 1 male, 2 female (GB/T 2261.1), from the sequence number's parity. */
  readonly sex: 1 | 2;
  /** The input was a 15-digit number of the first generation and has been upgraded to 18. */
  readonly isUpgraded: boolean;
}

export type IdNumberFault =
  | 'empty'
  /** A spreadsheet turned the number into 1.10E+17: its digits are lost. */
  | 'spreadsheet-number'
  | 'characters'
  | 'length'
  | 'birth-date'
  | 'checksum';

// GB 11643-1999 section 6: position weights and check characters.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';
const MAX_INPUT_LENGTH = 64;

/** Full-width to half-width, upper case, without spaces, invisible marks and quoting apostrophes. */
function normalizeIdText(text: string): string {
  return text
    .slice(0, MAX_INPUT_LENGTH)
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200f\u2060\ufeff'’‘`]/g, '')
    .toUpperCase();
}

/** Check character for the first 17 digits: GB 11643 section 6 (ISO 7064 MOD 11-2). */
export function idCheckCharacter(first17: string): string {
  let sum = 0;
  WEIGHTS.forEach((weight, i) => {
    sum += weight * (first17.charCodeAt(i) - 48);
  });
  return CHECK_CHARACTERS.charAt(sum % 11);
}

function birthDayOf(birth8: string): Day | undefined {
  const year = Number(birth8.slice(0, 4));
  if (year < 1800 || year > 2099) return undefined;
  return dayOf(year, Number(birth8.slice(4, 6)), Number(birth8.slice(6)));
}

/**
 * Reads a 公民身份号码 as people type or paste it (GB 11643): 18 characters, or 15 digits, which are
 * upgraded. Checks characters, birth date and check character; not the region, as retired codes are legal.
 */
export function parseIdNumber(text: string): Result<IdNumber, IdNumberFault> {
  const plain = normalizeIdText(text);
  if (plain === '') return err('empty');
  if (/^\d(\.\d+)?E\+?\d{1,2}$/.test(plain)) return err('spreadsheet-number');
  if (!/^\d+X?$/.test(plain)) return err('characters');
  const isUpgraded = plain.length === 15;
  if (!isUpgraded && plain.length !== 18) return err('length');
  if (isUpgraded && plain.endsWith('X')) return err('characters');
  const first17 = isUpgraded ? `${plain.slice(0, 6)}19${plain.slice(6)}` : plain.slice(0, 17);
  if (first17.startsWith('0')) return err('characters');
  const birthDay = birthDayOf(first17.slice(6, 14));
  if (birthDay === undefined) return err('birth-date');
  const check = idCheckCharacter(first17);
  if (!isUpgraded && check !== plain.charAt(17)) return err('checksum');
  return ok({
    normalized: first17 + check,
    regionCode: first17.slice(0, 6),
    birthDay,
    sex: first17.charCodeAt(16) % 2 === 1 ? 1 : 2,
    isUpgraded,
  });
}

/**
 * A valid number for generated data: county code of 6 digits, birth day, sequence 0-999 (odd: male).
 * Throws RangeError on anything else.
 */
export function makeIdNumber(regionCode: string, birthDay: Day, sequence: number): string {
  const birth8 = isoFromDay(birthDay).replaceAll('-', '');
  const isSound =
    /^[1-9]\d{5}$/.test(regionCode) &&
    birthDayOf(birth8) !== undefined &&
    Number.isInteger(sequence) &&
    sequence >= 0 &&
    sequence <= 999;
  if (!isSound) throw new RangeError('parts of an ID number');
  const first17 = regionCode + birth8 + String(sequence).padStart(3, '0');
  return first17 + idCheckCharacter(first17);
}

/** The parts by which people search; each has a blind tag of its own. */
export interface IdFragments {
  readonly region6: string;
  readonly birth8: string;
  readonly last4: string;
  readonly last6: string;
}

/** Fragments of a normalised 18-character number. */
export function fragments(normalized: string): IdFragments {
  return {
    region6: normalized.slice(0, 6),
    birth8: normalized.slice(6, 14),
    last4: normalized.slice(14),
    last6: normalized.slice(12),
  };
}
