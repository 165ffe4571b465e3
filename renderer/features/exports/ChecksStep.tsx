import type { RouteOutput } from '../../../shared/ipc/contract';
import { useLocale, useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatTime, isolate } from '../../lib/format';
import type { Query } from '../../lib/use-query';
import { useFilterWords } from '../../parts/use-filter-words';
import { Button } from '../../ui/Button';
import { Tag } from '../../ui/Tag';
import { limitOf, useDraft } from './draft-store';
import { GrantLine } from './GrantLine';
import { useBoardWords } from './use-board-words';

/** Everything that will be signed for, once more, before the U-Key is asked. */
export function ChecksStep({ count }: { readonly count: Query<RouteOutput<'exports.count'>> }) {
  const t = useT();
  const words = useFilterWords();
  const boardWords = useBoardWords();
  const locale = useLocale();
  const { filter, board, grant, purposeClass, purpose, isForOne, recipient, template } = useDraft();
  const sync = useDesk((store) => store.sync);
  const isPractice = useDesk((store) => store.state?.isPractice ?? false);
  const office = useDesk((store) => store.state?.office);
  const data = count.data;
  const limit = useDraft((draft) => limitOf(draft, data?.limit ?? 0));
  const isWithinLimit = data !== null && data.count > 0 && data.count <= limit;
  const isWithinQuota =
    data !== null &&
    data.usedThisMonth + data.count <= data.quota &&
    data.usedToday + data.count <= data.quotaDay;
  const needsSecond = data?.reviewOver != null && data.count > data.reviewOver;
  const isProven = sync?.proof.state === 'proven';
  const isDiffering = sync?.proof.state === 'differs';
  const everything = grant === null ? (office?.regionName ?? t('filter.all')) : t('filter.all');
  const scope = words(filter).join(t('filter.and')) || everything;

  const mark = (isFine: boolean, yes: string, no: string) => (
    <Tag look="text" tone={isFine ? 'ok' : 'warn'} icon={isFine ? 'ok' : 'warn'}>
      {isFine ? yes : no}
    </Tag>
  );
  return (
    <section className="panel wizard" aria-label={t('exports.step-checks')}>
      <header>
        <h2>{t('exports.this')}</h2>
      </header>
      <div className="body cols">
        <dl className="dl">
          <dt>{t('exports.purpose')}</dt>
          <dd>
            {t(`exports.class-${purposeClass}`)}
            {t('exports.class-sep')}
            {purpose}
          </dd>
          <dt>{t('exports.scope')}</dt>
          <dd>{scope}</dd>
          {grant === null ? null : (
            <>
              <dt>{t('exports.granted')}</dt>
              <dd>
                <GrantLine grant={grant} />
              </dd>
            </>
          )}
          {board ? (
            <>
              <dt>{t('exports.board')}</dt>
              <dd>{boardWords(board)}</dd>
            </>
          ) : null}
          <dt>{t(board ? 'exports.figures' : 'exports.count')}</dt>
          <dd>
            <b className="t20 num">{data ? formatCount(data.count) : '–'}</b>
          </dd>
          {template && !board ? (
            <>
              <dt>{t('template.title')}</dt>
              <dd>{template.names[locale]}</dd>
            </>
          ) : null}
          <dt>{t('recipient.checks')}</dt>
          <dd dir="auto">
            {isForOne && recipient ? recipient.holder : t('recipient.checks-none')}
          </dd>
          <dt>{t('exports.files')}</dt>
          <dd>
            <span className="mono">
              report.pdf data.xlsx data.csv {board ? 'board.png ' : ''}manifest.json manifest.p7s
              {needsSecond ? ' review.p7s' : ''}
            </span>
          </dd>
        </dl>
        <dl className="dl">
          <dt>{t('exports.limit')}</dt>
          <dd>{mark(isWithinLimit, t('exports.limit-ok'), t('exports.limit-over'))}</dd>
          <dt>{t('exports.quota')}</dt>
          <dd>
            {mark(
              isWithinQuota,
              t('exports.quota-ok', {
                used: isolate(formatCount(data?.usedThisMonth ?? 0)),
                quota: isolate(formatCount(data?.quota ?? 0)),
              }),
              t('exports.quota-over'),
            )}
          </dd>
          <dt>{t('exports.quota-day')}</dt>
          <dd className="num">
            {data ? `${formatCount(data.usedToday)} / ${formatCount(data.quotaDay)}` : '–'}
          </dd>
          {needsSecond ? (
            <>
              <dt>{t('exports.review')}</dt>
              <dd>{mark(false, '', t('exports.review-needed'))}</dd>
            </>
          ) : null}
          <dt>{t('shell.as-of')}</dt>
          <dd>
            {mark(
              sync !== null && !sync.isStale,
              sync?.asOfMs == null ? '–' : isolate(formatTime(sync.asOfMs)),
              t('exports.data-stale'),
            )}
          </dd>
          <dt>{t('sync.proof')}</dt>
          <dd>
            {mark(
              isProven,
              t('sync.proven'),
              t(isDiffering ? 'exports.data-differs' : 'exports.data-unproven'),
            )}
          </dd>
          {isPractice ? (
            <>
              <dt>{t('shell.practice')}</dt>
              <dd>{mark(false, '', t('exports.practice'))}</dd>
            </>
          ) : null}
        </dl>
      </div>
      <div className="wf">
        <span className="t12 c3">{t('exports.logged')}</span>
        <Button className="end" size="l" onClick={() => useDraft.setState({ step: 'purpose' })}>
          {t('act.back')}
        </Button>
        <Button
          look="primary"
          size="l"
          disabled={!isWithinLimit || !isWithinQuota}
          onClick={() => useDraft.setState({ step: 'factor' })}
        >
          {t('act.next')}
        </Button>
      </div>
    </section>
  );
}
