import { err, ok, type Result } from './result';

export type CodecFault = 'character' | 'length';

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex, two characters a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_PAIRS[byte];
  return text;
}

/** Bytes of hex text, either case. */
export function bytesFromHex(text: string): Result<Uint8Array, CodecFault> {
  if (text.length % 2 !== 0) return err('length');
  if (!/^[0-9a-fA-F]*$/.test(text)) return err('character');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(bytes);
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Crockford's alphabet: no I L O U, so that a code can be read out and typed. */
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const reverse = (alphabet: string): ReadonlyMap<string, number> =>
  new Map([...alphabet].map((character, value) => [character, value]));
const BASE64URL_VALUES = reverse(BASE64URL);
const BASE32_VALUES = new Map([...reverse(BASE32), ['I', 1], ['L', 1], ['O', 0]]);

function encode(bytes: Uint8Array, alphabet: string, bitsPerCharacter: number): string {
  let text = '';
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= bitsPerCharacter) {
      pendingBits -= bitsPerCharacter;
      text += alphabet[pending >> pendingBits];
      pending &= (1 << pendingBits) - 1;
    }
  }
  if (pendingBits > 0) text += alphabet[pending << (bitsPerCharacter - pendingBits)];
  return text;
}

function decode(
  text: string,
  values: ReadonlyMap<string, number>,
  bitsPerCharacter: number,
): Result<Uint8Array, CodecFault> {
  const totalBits = text.length * bitsPerCharacter;
  if (totalBits % 8 >= bitsPerCharacter) return err('length');
  const bytes = new Uint8Array(Math.floor(totalBits / 8));
  let pending = 0;
  let pendingBits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values.get(text.charAt(i));
    if (value === undefined) return err('character');
    pending = (pending << bitsPerCharacter) | value;
    pendingBits += bitsPerCharacter;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[at++] = pending >> pendingBits;
      pending &= (1 << pendingBits) - 1;
    }
  }
  // Left-over bits must be zero, or two texts would stand for the same bytes.
  return pending === 0 ? ok(bytes) : err('character');
}

/** RFC 4648 section 5, without padding. */
export function base64urlFromBytes(bytes: Uint8Array): string {
  return encode(bytes, BASE64URL, 6);
}

/** Strict: no padding, no white space, unused bits zero. */
export function bytesFromBase64url(text: string): Result<Uint8Array, CodecFault> {
  return decode(text, BASE64URL_VALUES, 6);
}

/** Crockford base 32, upper case, for codes that people type. */
export function base32FromBytes(bytes: Uint8Array): string {
  return encode(bytes, BASE32, 5);
}

/** Reads what people type: either case, I and L as 1, O as 0, hyphens and spaces ignored. */
export function bytesFromBase32(text: string): Result<Uint8Array, CodecFault> {
  return decode(text.replace(/[-\s]/g, '').toUpperCase(), BASE32_VALUES, 5);
}
