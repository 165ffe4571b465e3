import type { CertificateKind } from '../model';
import type { Epsilon } from './discrete-laplace';

/** Tables that can be shared. What they count: people with a certificate in force, each once. */
export const STATISTICS_TABLES = ['region-industry', 'region-kind', 'month'] as const;
export type StatisticsTable = (typeof STATISTICS_TABLES)[number];

/**
 * Narrows whom a table counts: people with a certificate in force under it, each once. Another filter is another question, with
 * noise of its own, and is paid for by itself, whether or not the two have people in common.
 */
export interface StatisticsFilter {
  /** Prefixes of region codes. */
  readonly regions?: readonly string[] | undefined;
  /** Divisions of GB/T 4754. */
  readonly industries?: readonly number[] | undefined;
  readonly kinds?: readonly CertificateKind[] | undefined;
}

const inOrder = <T extends string | number>(list: readonly T[]): T[] =>
  [...new Set(list)].sort((a, b) => (a < b ? -1 : 1));

/** One way to write a filter, so that the order in which it was chosen makes no other question of it. */
export function plainFilter({ regions, industries, kinds }: StatisticsFilter): {
  regions?: string[];
  industries?: number[];
  kinds?: CertificateKind[];
} {
  return {
    ...(regions === undefined ? {} : { regions: inOrder(regions) }),
    ...(industries === undefined ? {} : { industries: inOrder(industries) }),
    ...(kinds === undefined ? {} : { kinds: inOrder(kinds) }),
  };
}

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
