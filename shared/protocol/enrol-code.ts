import { err, ok, type Result } from '../kernel/result';
import { ALPHABET, checkSymbol } from './crockford';

/**
 * The one-time enrolment code as printed on the slip: 25 characters of Crockford base32 in five
 * groups: 12 of secret (60 bits), 12 of the CA fingerprint's beginning (the first 60 bits of the
 * SHA-256 of the CA's SPKI DER) and one check character.
 */
export interface EnrolCode {
  /** 12 characters: the part that the server knows (as a keyed hash) and the request carries. */
  readonly secret: string;
  /** 12 characters: by which the device recognises the server's CA before it trusts anything. */
  readonly caPrefix: string;
}

export type EnrolCodeFault = 'length' | 'characters' | 'check';

const PART_LENGTH = 12;
const GROUP_LENGTH = 5;
/** Characters that people read for others (Crockford). */
const READ_AS: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' };

function checkCharacter(body: string): string {
  const symbols = [...body].map((character) => ALPHABET.indexOf(character));
  return ALPHABET.charAt(checkSymbol(symbols));
}

/** The first 60 bits of bytes (at least 8) as 12 base32 characters. */
export function sixtyBits(bytes: Uint8Array): string {
  if (bytes.length < 8) throw new RangeError('at least 8 bytes');
  let bits = 0n;
  for (const byte of bytes.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 4n;
  let text = '';
  for (let i = PART_LENGTH - 1; i >= 0; i--)
    text += ALPHABET.charAt(Number((bits >> BigInt(5 * i)) & 31n));
  return text;
}

/** `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. Throws RangeError on parts of another form. */
export function formatEnrolCode({ secret, caPrefix }: EnrolCode): string {
  const part = /^[0-9A-HJKMNP-TV-Z]{12}$/;
  if (!part.test(secret) || !part.test(caPrefix))
    throw new RangeError('parts of an enrolment code');
  const body = secret + caPrefix;
  const all = body + checkCharacter(body);
  const groups: string[] = [];
  for (let at = 0; at < all.length; at += GROUP_LENGTH)
    groups.push(all.slice(at, at + GROUP_LENGTH));
  return groups.join('-');
}

/** Reads a code as people type it: either case, I and L as 1, O as 0, spaces and any hyphens ignored. */
export function parseEnrolCode(text: string): Result<EnrolCode, EnrolCodeFault> {
  const plain = text
    .slice(0, 100)
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
    .replace(/[ILO]/g, (character) => READ_AS[character] ?? character);
  if (plain.length !== 2 * PART_LENGTH + 1) return err('length');
  if (![...plain].every((character) => ALPHABET.includes(character))) return err('characters');
  const body = plain.slice(0, -1);
  if (checkCharacter(body) !== plain.slice(-1)) return err('check');
  return ok({ secret: body.slice(0, PART_LENGTH), caPrefix: body.slice(PART_LENGTH) });
}
