import { useT } from '../../i18n';
import { formatCount } from '../../lib/format';
import { Notice } from '../../ui/PageState';

interface PendingPanelProps {
  readonly pending: number;
  readonly rejected: number;
  readonly isOnline: boolean;
}

/** What waits to be sent, and what the server sent back. */
export function PendingPanel({ pending, rejected, isOnline }: PendingPanelProps) {
  const t = useT();
  return (
    <section className="panel none-grow" aria-label={t('shell.queue')}>
      <header>
        <h2>{t('shell.queue')}</h2>
      </header>
      <div className="body">
        <dl className="pend">
          <div>
            <dt>{t('sync.waiting')}</dt>
            <dd className="num">{formatCount(pending)}</dd>
          </div>
          <div>
            <dt>{t('sync.rejected')}</dt>
            <dd className={rejected > 0 ? 'num warn' : 'num'}>{formatCount(rejected)}</dd>
          </div>
        </dl>
        {rejected > 0 ? (
          <Notice tone="warn" icon="warn">
            {t('sync.rejected-text')}
          </Notice>
        ) : (
          <p className="t12 c3">
            {t(pending === 0 ? 'sync.all-sent' : isOnline ? 'sync.sends-soon' : 'sync.sends-later')}
          </p>
        )}
      </div>
    </section>
  );
}
