import { type SiteVisit, sitePile } from '../../../../shared/domain/site/visit';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';

interface Taken {
  readonly check: Pick<ScanCheck, 'verdict'>;
  readonly visit: SiteVisit;
}

const WORST_FIRST = ['bad', 'unclear', 'soon', 'good'] as const;

/**
 * What is shown large of several codes in one picture: the worst, beside the roster with all of them. A certificate in
 * force must not stand before one that is not.
 */
export function worstOf<T extends Taken>(
  taken: readonly T[],
): { readonly check: T['check']; readonly visit: SiteVisit } | null {
  const [latest] = taken.slice(-1);
  if (latest === undefined) return null;
  const rank = ({ check }: Taken) => WORST_FIRST.indexOf(sitePile(check.verdict));
  const worst = taken.reduce((a, b) => (rank(b) <= rank(a) ? b : a));
  return { check: worst.check, visit: latest.visit };
}
