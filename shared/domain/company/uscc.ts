import { err, ok, type Result } from '../../kernel/result';

/** A read 统一社会信用代码. Some really issued codes fail their check: show a warning, never reject. */
export interface Uscc {
  readonly code: string;
  readonly isChecksumOk: boolean;
  /** The organisation code within (positions 9-17) passes GB 11714. */
  readonly isOrganisationCodeOk: boolean;
}

export type UsccFault = 'empty' | 'length' | 'characters';

// GB 32100-2015 section 5: the alphabet lacks I O S V Z.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
// GB 11714-1997 section 4.
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const MAX_INPUT_LENGTH = 64;

/** Check character for the first 17: GB 32100 section 5.6 (ISO 7064 MOD 31-3). */
export function usccCheckCharacter(first17: string): string {
  let sum = 0;
  WEIGHTS.forEach((weight, i) => {
    sum += weight * ALPHABET.indexOf(first17.charAt(i));
  });
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** Check character for the first 8 of a 组织机构代码: GB 11714 section 4; 10 is X, 11 is 0. */
export function organisationCheckCharacter(first8: string): string {
  let sum = 0;
  ORGANISATION_WEIGHTS.forEach((weight, i) => {
    sum += weight * Number.parseInt(first8.charAt(i), 36);
  });
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** True for nine characters with the right check: GB 11714. A hyphen before the last is allowed. */
export function isOrganisationCode(text: string): boolean {
  const match = /^([0-9A-Z]{8})-?([0-9X])$/.exec(text);
  return match !== null && organisationCheckCharacter(match[1] ?? '') === match[2];
}

/** Reads a 统一社会信用代码 as people type or paste it (GB 32100-2015). */
export function parseUscc(text: string): Result<Uscc, UsccFault> {
  const code = text
    .slice(0, MAX_INPUT_LENGTH)
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200f\u2060\ufeff'’‘`-]/g, '')
    .toUpperCase();
  if (code === '') return err('empty');
  if (code.length !== 18) return err('length');
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return err('characters');
  return ok({
    code,
    isChecksumOk: usccCheckCharacter(code.slice(0, 17)) === code.charAt(17),
    isOrganisationCodeOk: isOrganisationCode(code.slice(8, 17)),
  });
}

/**
 * A valid code for generated data: two characters of registering body and kind (91: enterprise at
 * the market regulator), six-digit region, eight characters of organisation code from the GB 32100
 * alphabet. Throws RangeError on anything else.
 */
export function makeUscc(kind2: string, regionCode: string, organisation8: string): string {
  const isSound =
    /^[0-9A-HJ-NPQRTUWXY]{2}$/.test(kind2) &&
    /^\d{6}$/.test(regionCode) &&
    /^[0-9A-HJ-NPQRTUWXY]{8}$/.test(organisation8);
  if (!isSound) throw new RangeError('parts of a credit code');
  const first17 = `${kind2}${regionCode}${organisation8}${organisationCheckCharacter(organisation8)}`;
  return first17 + usccCheckCharacter(first17);
}
