import { useT } from '../i18n';
import { formatCount, isolate } from '../lib/format';
import { lookOf, type Validity } from '../lib/status';

/** Days to (or since) the date that decides, in the colour of the status. */
export function DaysLeft({ validity }: { readonly validity: Validity }) {
  const t = useT();
  const { tone } = lookOf(validity.status);
  const days = isolate(formatCount(Math.abs(validity.daysLeft)));
  const isReview = validity.deciding === 'review';
  const key =
    validity.daysLeft < 0
      ? isReview
        ? 'days.review-past'
        : 'days.past'
      : isReview
        ? 'days.review-left'
        : 'days.left';
  return (
    <span className={`t12 ${tone === 'warn' || tone === 'bad' ? tone : 'c3'}`}>
      {t(key, { days })}
    </span>
  );
}
