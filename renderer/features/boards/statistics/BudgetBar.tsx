import type { StatisticsBudget } from '../../../../shared/ipc/routes/statistics';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';

/** For the length of a bar alone; sums are made in whole numbers elsewhere. */
function sizeOf(fraction: string): number {
  const [numerator = 0, denominator = 1] = fraction.split('/').map(Number);
  return numerator / denominator;
}

/** What is left of the year's ε, in words and as a bar. */
export function BudgetBar({ budget }: { readonly budget: StatisticsBudget }) {
  const t = useT();
  const { year, left, share, office } = budget;
  const part = share === null ? 0 : (sizeOf(left) / sizeOf(share)) * 100;
  return (
    <span className="end row g12 statbudget">
      <span className="t12 c2">{t('statistics.budget', { year: isolate(year) })}</span>
      <span className="statbar" aria-hidden="true">
        <i style={{ inlineSize: `${Math.max(0, Math.min(100, part))}%` }} />
      </span>
      <b className="t12">
        {t('statistics.budget-text', {
          left: isolate(left),
          share: isolate(share ?? '0'),
          office: isolate(office),
        })}
      </b>
    </span>
  );
}
