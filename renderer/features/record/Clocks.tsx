import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatDay, isolate, today } from '../../lib/format';
import { lookOf, type Validity } from '../../lib/status';
import { Icon } from '../../ui/Icon';
import { Tag } from '../../ui/Tag';

/** Validity and review on one time line: what has passed, today, and what comes due. */
export function Clocks({
  validity,
  reviewDone,
}: {
  readonly validity: Validity;
  readonly reviewDone: number | null;
}) {
  const t = useT();
  const isStale = useDesk((store) => store.sync?.isStale ?? false);
  const { tone } = lookOf(validity.status);
  const day = today();
  const span = Math.max(1, validity.validTo - validity.validFrom);
  const at = (date: number) =>
    Math.min(100, Math.max(0, ((date - validity.validFrom) / span) * 100));
  const hasReview = validity.reviewDue !== null;
  const reviewAt =
    validity.reviewDue === null
      ? null
      : at(Math.min(validity.reviewDue, reviewDone ?? validity.reviewDue));
  const isReviewOpen = hasReview && reviewDone === null;
  const isReviewLate = isReviewOpen && validity.reviewDue !== null && day > validity.reviewDue;
  const isExpired = day > validity.validTo;
  const date = (value: number) => isolate(formatDay(value));
  const sentence = [
    t('record.clock-period', { from: date(validity.validFrom), to: date(validity.validTo) }),
    validity.reviewDue === null
      ? t('record.clock-none')
      : reviewDone === null
        ? t('record.clock-due', { day: date(validity.reviewDue) })
        : t('record.clock-done', { day: date(reviewDone) }),
  ].join(' ');
  return (
    <section className="panel clocks" aria-label={t('record.clocks')}>
      <header className="low">
        <h2>{t('record.clocks')}</h2>
        {hasReview ? <span className="t12 c3 el">{t('record.worse')}</span> : null}
        <span className="end row g16">
          <Tag
            look="text"
            tone={isExpired ? 'bad' : validity.status === 'expiring' ? 'warn' : 'ok'}
            icon={isExpired ? 'bad' : validity.status === 'expiring' ? 'clock' : 'ok'}
            isStale={isStale}
          >
            {t(
              isExpired
                ? 'record.period-over'
                : validity.status === 'expiring'
                  ? 'record.period-soon'
                  : 'record.period-fine',
            )}
          </Tag>
          {hasReview ? (
            <Tag
              look="text"
              tone={isReviewLate ? 'bad' : validity.status === 'review-due' ? 'warn' : 'ok'}
              icon={isReviewOpen ? 'review' : 'ok'}
              isStale={isStale}
            >
              {t(
                isReviewLate
                  ? 'record.review-late'
                  : isReviewOpen
                    ? validity.status === 'review-due'
                      ? 'record.review-now'
                      : 'record.review-open'
                    : 'record.review-ok',
              )}
            </Tag>
          ) : null}
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
            className={`mark ${isReviewLate ? 'bad' : isReviewOpen ? 'open' : 'ok'}`}
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
        {reviewAt === null || validity.reviewDue === null ? null : (
          <span
            className="txt mid2"
            style={{ insetInlineStart: `${Math.min(72, Math.max(28, reviewAt))}%` }}
          >
            {reviewDone === null ? t('record.review-due') : t('record.review-done')}{' '}
            <span className="num">{formatDay(reviewDone ?? validity.reviewDue)}</span>
            {reviewDone === null ? null : (
              <span className="blk c3">
                {t('record.review-by', { day: date(validity.reviewDue) })}
              </span>
            )}
          </span>
        )}
        <span className="txt stop">
          {t('search.valid-to')} <span className="num">{formatDay(validity.validTo)}</span>
        </span>
      </div>
    </section>
  );
}
