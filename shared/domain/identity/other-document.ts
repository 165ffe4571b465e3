import { parseIdNumber } from './id-number';

/** Passports, permits of Hong Kong, Macao and Taiwan residents, permanent residents. */
const WITH_LETTERS = /^[A-Z]{1,3}\d{6,12}$/u;
/** 台胞证: eight digits alone. Only a column of documents says that digits are one. */
const TAIWAN_PERMIT = /^\d{8}$/u;

const compact = (text: string): string =>
  text.normalize('NFKC').toUpperCase().replace(/[\s-]/gu, '');

/** The number of a document other than an ID card, where a text stands for one; undefined for any other. */
export function readOtherDocument(text: string): string | undefined {
  const plain = compact(text);
  return WITH_LETTERS.test(plain) || TAIWAN_PERMIT.test(plain) ? plain : undefined;
}

/**
 * The document that a number said alone may be as well as a certificate: one with letters, or an ID number of 15 digits, as
 * 18 characters. Undefined where it is none.
 */
export function documentAlone(text: string): string | undefined {
  const plain = compact(text);
  if (WITH_LETTERS.test(plain)) return plain;
  const parsed = /^\d{15}$/u.test(plain) ? parseIdNumber(plain) : undefined;
  return parsed?.ok ? parsed.value.normalized : undefined;
}
