import { type Epsilon, isEpsilon } from './discrete-laplace';

/**
 * A release that was paid for. The same `key` with the same ε is the same question to the same data: asked again it has
 * the same noise, as long as the noise is keyed by both.
 */
export interface Charge {
  readonly key: string;
  /** Calendar year of the office. */
  readonly year: number;
  readonly epsilon: Epsilon;
}

export type Verdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'charged' }
  | { readonly kind: 'refused' };

/** Greatest common divisor, for sums of fractions without rounding. */
function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

/** Sum of fractions, exact. */
export function sumOf(
  parts: readonly Epsilon[],
): readonly [numerator: bigint, denominator: bigint] {
  let [n, d] = [0n, 1n];
  for (const { numerator, denominator } of parts) {
    n = n * BigInt(denominator) + BigInt(numerator) * d;
    d *= BigInt(denominator);
    const common = divisor(n, d);
    n /= common;
    d /= common;
  }
  return [n, d];
}

/** As written, not by value: 1/2 and 2/4 read the stream differently, so their noise is not the same. */
function isSameRelease(a: Charge, b: Charge): boolean {
  return (
    a.key === b.key &&
    a.epsilon.numerator === b.epsilon.numerator &&
    a.epsilon.denominator === b.epsilon.denominator
  );
}

/**
 * Whether a release may go out: one that was paid for is free for ever, since it tells nothing new; another one must fit
 * with all of its year under the yearly budget, to the last fraction. By composition a year's releases together are
 * private with the sum of their ε. The same question with another ε is another release: a bigger ε tells more.
 * @throws RangeError when an ε is not a fraction of whole numbers from 1 to 1,000,000: one below nothing would pay back.
 */
export function judgeRelease(
  paid: readonly Charge[],
  wish: Charge,
  yearlyBudget: Epsilon,
): Verdict {
  const all = [yearlyBudget, wish.epsilon, ...paid.map(({ epsilon }) => epsilon)];
  if (!all.every(isEpsilon)) throw new RangeError('epsilon');
  if (paid.some((charge) => isSameRelease(charge, wish))) return { kind: 'free' };
  const ofYear = paid.filter(({ year }) => year === wish.year).map(({ epsilon }) => epsilon);
  const [n, d] = sumOf([...ofYear, wish.epsilon]);
  const { numerator, denominator } = yearlyBudget;
  return { kind: n * BigInt(denominator) <= BigInt(numerator) * d ? 'charged' : 'refused' };
}
