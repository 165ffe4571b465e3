import { ALPHABET, checkSymbol } from './crockford';

/*
 * The code that opens a ticket, as the sheet prints it: 12 characters of Crockford base32 in three groups,
 * 11 of secret (55 bits) and one check character, `XXXX-XXXX-XXXX`. Pages and main read it as bytes: no string of it
 * is made.
 */
const CODE_SECRET_CHARACTERS = 11;
const CODE_CHARACTERS = CODE_SECRET_CHARACTERS + 1;
/** Sets the check apart from those of slips and recovery keys: one of these typed here is a typo. */
const START = 21;
const SECRET_BYTES = 7;

export type TicketCodeFault = 'length' | 'characters' | 'check';

/** Value of a typed character, as people read it for others (I and L are 1, O is 0); -1 for none. */
function symbolOf(byte: number): number {
  const character = String.fromCharCode(byte).toUpperCase();
  return ALPHABET.indexOf(
    character === 'I' || character === 'L' ? '1' : character === 'O' ? '0' : character,
  );
}

/** A code from at least 7 random bytes, of which 55 bits are used. */
export function newTicketCode(random: Uint8Array): string {
  if (random.length < SECRET_BYTES) throw new RangeError('at least 7 bytes');
  let bits = 0n;
  for (const byte of random.subarray(0, SECRET_BYTES)) bits = (bits << 8n) | BigInt(byte);
  const symbols: number[] = [];
  for (let i = CODE_SECRET_CHARACTERS - 1; i >= 0; i--)
    symbols.push(Number((bits >> BigInt(5 * i)) & 31n));
  const all = [...symbols, checkSymbol(symbols, START)].map((symbol) => ALPHABET.charAt(symbol));
  return [all.slice(0, 4), all.slice(4, 8), all.slice(8)].map((group) => group.join('')).join('-');
}

/**
 * The code's secret as 11 bytes of upper-case ASCII, from what was typed: either case, hyphens and blanks between.
 * A fault is told before anything is derived. The caller wipes both.
 */
export function ticketCodeSecret(
  typed: Uint8Array,
):
  | { readonly ok: true; readonly secret: Uint8Array }
  | { readonly ok: false; readonly fault: TicketCodeFault } {
  const symbols: number[] = [];
  try {
    for (const byte of typed) {
      if (byte === 0x2d || byte === 0x20) continue;
      const value = symbolOf(byte);
      if (value < 0) return { ok: false, fault: 'characters' };
      symbols.push(value);
    }
    if (symbols.length !== CODE_CHARACTERS) return { ok: false, fault: 'length' };
    const body = symbols.slice(0, CODE_SECRET_CHARACTERS);
    const isRight = checkSymbol(body, START) === symbols[CODE_SECRET_CHARACTERS];
    const secret = isRight ? Uint8Array.from(body, (symbol) => ALPHABET.charCodeAt(symbol)) : null;
    body.fill(0);
    return secret === null ? { ok: false, fault: 'check' } : { ok: true, secret };
  } finally {
    symbols.fill(0);
  }
}
