/**
 * Noise of the discrete Laplace distribution, P(x) proportional to e^(-ε|x|), drawn exactly: whole numbers and fair
 * bits only, no floating point, whose rounding would give away what the noise hides (Mironov 2012). Algorithms 1 and 2 of
 * Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020).
 */

/** Gives the next unpredictable byte. */
export type ByteSource = () => number;

/** ε as a fraction of whole numbers, both at least 1 and at most 1,000,000. */
export interface Epsilon {
  readonly numerator: number;
  readonly denominator: number;
}

const MOST = 1_000_000;

export function isEpsilon({ numerator, denominator }: Epsilon): boolean {
  const isPart = (part: number): boolean => Number.isInteger(part) && part >= 1 && part <= MOST;
  return isPart(numerator) && isPart(denominator);
}

/** A whole number from 0 to `below` - 1, each with the same probability; `below` up to 2^48. */
export function uniform(next: ByteSource, below: number): number {
  let bytes = 1;
  while (2 ** (8 * bytes) < below) bytes++;
  // The largest multiple of `below`: what lies above it is drawn again.
  const end = 2 ** (8 * bytes) - (2 ** (8 * bytes) % below);
  for (;;) {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + next();
    if (value < end) return value % below;
  }
}

/** True with probability e^(-numerator/denominator), the fraction from 0 to 1. */
function bernoulliExp(next: ByteSource, numerator: number, denominator: number): boolean {
  let k = 1;
  while (uniform(next, denominator * k) < numerator) k++;
  return k % 2 === 1;
}

/**
 * One draw for a count that one record changes by at most 1.
 * @throws RangeError when ε is not a fraction of whole numbers from 1 to 1,000,000.
 */
export function discreteLaplace(next: ByteSource, epsilon: Epsilon): number {
  if (!isEpsilon(epsilon)) throw new RangeError('epsilon');
  const { numerator: s, denominator: t } = epsilon;
  for (;;) {
    const u = uniform(next, t);
    if (!bernoulliExp(next, u, t)) continue;
    let v = 0;
    while (bernoulliExp(next, 1, 1)) v++;
    const size = Math.floor((u + t * v) / s);
    const isNegative = uniform(next, 2) === 1;
    // Nothing has no sign: half of its draws are thrown away, or it would come twice as often.
    if (isNegative && size === 0) continue;
    return isNegative ? -size : size;
  }
}
