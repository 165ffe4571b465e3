/** Crockford base32 as slips and recovery keys print it. */
export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Times x in GF(32) = GF(2)[x] / (x⁵ + x² + 1). */
function timesX(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}

/**
 * Check symbol of 5-bit symbols: coefficients of a polynomial over GF(32) at x, one Reed-Solomon symbol. Finds every
 * single wrong symbol and every swap of two neighbours. `start` sets a place apart from others.
 */
export function checkSymbol(symbols: Iterable<number>, start = 0): number {
  let sum = start;
  for (const symbol of symbols) sum = timesX(sum ^ symbol);
  return sum;
}
