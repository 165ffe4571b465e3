import type { Epsilon } from './discrete-laplace';

/** Tables that can be shared. What they count: people with a certificate in force, each once. */
export const STATISTICS_TABLES = ['region-industry', 'region-kind', 'month'] as const;
export type StatisticsTable = (typeof STATISTICS_TABLES)[number];

/** ε of one release that can be chosen, as written. */
export const EPSILONS = ['1/10', '1/4', '1/2', '1/1'] as const;
export type EpsilonText = (typeof EPSILONS)[number];

export function epsilonOf(text: EpsilonText): Epsilon {
  const [numerator = 0, denominator = 0] = text.split('/').map(Number);
  return { numerator, denominator };
}

/** Months of the table by months; what ends later is counted together. */
export const STATISTICS_MONTHS = 24;

/**
 * Half the width of the interval that holds the noise of a cell with a probability of at least 95 %: the least k with
 * P(|X| > k) ≤ 1/20, where P(|X| > k) = 2e^(-ε(k+1)) / (1 + e^(-ε)). For words only: nothing is drawn by it.
 */
export function noiseBound({ numerator, denominator }: Epsilon): number {
  const epsilon = numerator / denominator;
  const beyond = (k: number): number =>
    (2 * Math.exp(-epsilon * (k + 1))) / (1 + Math.exp(-epsilon));
  let k = 0;
  while (beyond(k) > 0.05) k++;
  return k;
}
