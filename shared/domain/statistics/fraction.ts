import { sumOf } from './budget';
import type { Epsilon } from './discrete-laplace';

/** A fraction from 0, in lowest terms when it comes from here. */
export type Fraction = readonly [numerator: bigint, denominator: bigint];

/** `whole` without `parts`; nothing where they are more. */
export function without(whole: Epsilon | null, parts: readonly Epsilon[]): Fraction {
  const [n, d] = whole === null ? [0n, 1n] : sumOf([whole]);
  const [spent, of] = sumOf(parts);
  const left = n * of - spent * d;
  return left <= 0n ? [0n, 1n] : lowest([left, d * of]);
}

function lowest([n, d]: Fraction): Fraction {
  let [a, b] = [n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return [n / a, d / a];
}

/** 3/10, or 2. */
export const fractionText = ([n, d]: Fraction): string => (d === 1n ? `${n}` : `${n}/${d}`);
