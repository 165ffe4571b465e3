import { err, ok, type Result } from '../kernel/result';
import { ALPHABET, checkSymbol } from './crockford';

/**
 * One part of the two-part recovery key as printed: 160 random bits in eight groups of five characters of
 * Crockford base32, the fifth of each a check character. The check depends on the part and on the group's place, so
 * that a slip of the finger, groups in another order and the other person's sheet are found, and where.
 */
export type RecoveryPart = 'a' | 'b';

export const RECOVERY_PART_BYTES = 20;
const GROUPS = 8;
const GROUP_LENGTH = 5;

/** `group`: number of the first group that does not check, from 1. */
export type RecoveryCodeFault =
  | { readonly kind: 'length' }
  | { readonly kind: 'group'; readonly group: number };

/** Eight groups of five characters. Throws RangeError for another length. */
export function formatRecoveryPart(part: RecoveryPart, bytes: Uint8Array): string[] {
  if (bytes.length !== RECOVERY_PART_BYTES) throw new RangeError('recovery part: 20 bytes');
  return Array.from({ length: GROUPS }, (_, group) => {
    const symbols = [0, 1, 2, 3].map((place) => symbolAt(bytes, 4 * group + place));
    return [...symbols, checkSymbol(symbols, placeOf(part, group))]
      .map((symbol) => ALPHABET.charAt(symbol))
      .join('');
  });
}

/**
 * Reads a part as people type it (UTF-8): either case, I and L as 1, O as 0, spaces and hyphens ignored. The caller
 * zeroes both the typed bytes and the answer.
 */
export function parseRecoveryPart(
  part: RecoveryPart,
  typed: Uint8Array,
): Result<Uint8Array, RecoveryCodeFault> {
  const symbols: number[] = [];
  for (const byte of typed) {
    if (byte !== 0x20 && byte !== 0x2d) symbols.push(symbolOf(byte));
  }
  try {
    if (symbols.length !== GROUPS * GROUP_LENGTH) return err({ kind: 'length' });
    const bytes = new Uint8Array(RECOVERY_PART_BYTES);
    for (let group = 0; group < GROUPS; group++) {
      const own = symbols.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH);
      const body = own.slice(0, -1);
      const isSound = own.every((symbol) => symbol >= 0);
      if (!isSound || checkSymbol(body, placeOf(part, group)) !== own.at(-1)) {
        bytes.fill(0);
        return err({ kind: 'group', group: group + 1 });
      }
      body.forEach((symbol, place) => {
        setSymbol(bytes, 4 * group + place, symbol);
      });
    }
    return ok(bytes);
  } finally {
    symbols.fill(0);
  }
}

function placeOf(part: RecoveryPart, group: number): number {
  return 1 + group + (part === 'b' ? GROUPS : 0);
}

function symbolAt(bytes: Uint8Array, index: number): number {
  let symbol = 0;
  for (let bit = 5 * index; bit < 5 * index + 5; bit++)
    symbol = (symbol << 1) | (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  return symbol;
}

function setSymbol(bytes: Uint8Array, index: number, symbol: number): void {
  for (let step = 0; step < 5; step++) {
    const bit = 5 * index + step;
    const value = (symbol >> (4 - step)) & 1;
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (value << (7 - (bit & 7)));
  }
}

/** 5-bit value of one typed ASCII byte; −1 for any other. */
function symbolOf(byte: number): number {
  const character = String.fromCharCode(byte).toUpperCase();
  if (character === 'O') return 0;
  if (character === 'I' || character === 'L') return 1;
  return byte < 0x80 ? ALPHABET.indexOf(character) : -1;
}
