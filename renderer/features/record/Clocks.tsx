import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatDay, isolate } from '../../lib/format';
import { lookOf, type Validity } from '../../lib/status';
import { Icon } from '../../ui/Icon';
import { Tag } from '../../ui/Tag';
import { clockStates } from './clock-states';

/** Without a tone of its own a state is green, or grey where the issuer's status overrides it. */
const PERIODS = {
  over: { word: 'record.period-over', tone: 'bad', icon: 'bad' },
  soon: { word: 'record.period-soon', tone: 'warn', icon: 'clock' },
  fine: { word: 'record.period-fine', tone: null, icon: 'ok' },
  'not-begun': { word: 'status.not-yet-valid', tone: 'off', icon: 'clock' },
} as const;
const REVIEWS = {
  late: { word: 'record.review-late', tone: 'bad' },
  now: { word: 'record.review-now', tone: 'warn' },
  open: { word: 'record.review-open', tone: null },
  done: { word: 'record.review-ok', tone: null },
} as const;

/** Validity and review on one time line: what has passed, today, and what comes due. */
export function Clocks({
  validity,
  reviewDone,
}: {
  readonly validity: Validity;
  readonly reviewDone: number | null;
}) {
  const t = useT();
  const isStale = useDesk((store) => store.sync?.isStale ?? true);
  const { tone } = lookOf(validity.status);
  const { day, period, review, reviewDay, isOverridden } = clockStates(validity, reviewDone);
  const span = Math.max(1, validity.validTo - validity.validFrom);
  const at = (date: number) =>
    Math.min(100, Math.max(0, ((date - validity.validFrom) / span) * 100));
  const reviewAt = reviewDay === null ? null : at(reviewDay);
  const isReviewOpen = review !== null && review !== 'done';
  const date = (value: number) => isolate(formatDay(value));
  const sentence = [
    t('record.clock-period', { from: date(validity.validFrom), to: date(validity.validTo) }),
    reviewDay === null
      ? t('record.clock-none')
      : t(isReviewOpen ? 'record.clock-due' : 'record.clock-done', { day: date(reviewDay) }),
  ].join(' ');
  const fine = isOverridden ? 'off' : 'ok';
  return (
    <section className="panel clocks" aria-label={t('record.clocks')}>
      <header className="low">
        <h2>{t('record.clocks')}</h2>
        {review === null ? null : <span className="t12 c3 el">{t('record.worse')}</span>}
        <span className="end row g16">
          <Tag
            look="text"
            tone={PERIODS[period].tone ?? fine}
            icon={isOverridden && period === 'fine' ? 'clock' : PERIODS[period].icon}
            isStale={isStale}
          >
            {t(PERIODS[period].word)}
          </Tag>
          {review === null ? null : (
            <Tag
              look="text"
              tone={REVIEWS[review].tone ?? fine}
              icon={isReviewOpen ? 'review' : 'ok'}
              isStale={isStale}
            >
              {t(REVIEWS[review].word)}
            </Tag>
          )}
        </span>
      </header>
      <div className="line" role="img" aria-label={sentence}>
        <div className="rail">
          <span
            className={`past ${tone}${isStale && tone === 'ok' ? ' stale' : ''}`}
            style={{ inlineSize: `${at(day)}%` }}
          />
        </div>
        {reviewAt === null ? null : (
          <span
            className={`mark ${review === 'late' ? 'bad' : isReviewOpen ? 'open' : 'ok'}`}
            style={{ insetInlineStart: `${reviewAt}%` }}
          >
            <Icon name={isReviewOpen ? 'review' : 'check'} size="s" />
          </span>
        )}
        {day >= validity.validFrom && day <= validity.validTo ? (
          <span
            className={`now${at(day) > 85 ? ' before' : ''}`}
            style={{ insetInlineStart: `${at(day)}%` }}
          >
            <b>{t('record.today')}</b>
          </span>
        ) : null}
        <span className="txt start">
          {t('record.issued')} <span className="num">{formatDay(validity.validFrom)}</span>
        </span>
        {reviewAt === null || reviewDay === null ? null : (
          <span
            className="txt mid2"
            style={{ insetInlineStart: `${Math.min(72, Math.max(28, reviewAt))}%` }}
          >
            {isReviewOpen ? t('record.review-due') : t('record.review-done')}{' '}
            <span className="num">{formatDay(reviewDay)}</span>
          </span>
        )}
        <span className="txt stop">
          {t('search.valid-to')} <span className="num">{formatDay(validity.validTo)}</span>
        </span>
      </div>
    </section>
  );
}
