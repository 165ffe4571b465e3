import type { RetentionStatus } from '../../../../shared/ipc/routes/retention';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { useMinute } from '../../../lib/use-clock';
import { Icon } from '../../../ui/Icon';

/** UTC ms to its day on the Asia/Shanghai calendar, as "2026-11-23". */
const dayOf = (ms: number): string => formatTime(ms).slice(0, 10);

/** When it ran and will run, up to which day, and what a purge does. */
export function PurgePanel({ status }: { readonly status: RetentionStatus }) {
  const t = useT();
  const nowMs = useMinute();
  const { last, next, nextMs } = status;
  const isStopped = next === null;
  return (
    <>
      <section className="panel none-grow">
        <header>
          <h2>{t('retention.purge')}</h2>
        </header>
        <ul className="body lines">
          <li>
            {t('retention.last-run')}
            <span className="end num">
              {last === null ? t('retention.never') : formatTime(last.atMs)}
            </span>
          </li>
          <li>
            {t('retention.next-run')}
            <span className="end num">
              {isStopped
                ? t('retention.waits')
                : nextMs <= nowMs
                  ? t('retention.soon')
                  : formatTime(nextMs)}
            </span>
          </li>
          {isStopped ? null : (
            <>
              <li>
                {t('retention.lookups-before')}
                <span className="end num">{dayOf(next.lookUpsBeforeMs)}</span>
              </li>
              <li>
                {t('retention.batches-before')}
                <span className="end num">{dayOf(next.batchesBeforeMs)}</span>
              </li>
            </>
          )}
        </ul>
      </section>
      <section className="panel none-grow" aria-label={t('retention.how')}>
        <header>
          <h2>{t('retention.how')}</h2>
        </header>
        <ul className="body whys">
          {(['how-daily', 'how-chain', 'how-clock'] as const).map((key) => (
            <li key={key}>
              <Icon name="info" size="s" />
              <span className="c2">{t(`retention.${key}`)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
