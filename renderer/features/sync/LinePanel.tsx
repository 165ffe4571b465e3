import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { useT } from '../../i18n';
import { formatBytes, formatTime } from '../../lib/format';
import { Icon } from '../../ui/Icon';
import { Tag } from '../../ui/Tag';

/** The line to the server and what it has carried. */
export function LinePanel({ sync }: { readonly sync: SyncStatus }) {
  const t = useT();
  const used = sync.runs.reduce((sum, run) => sum + run.bytes, 0);
  const isOnline = sync.connection === 'online';
  return (
    <section className="panel grow" aria-label={t('sync.line')}>
      <header>
        <h2>{t('sync.line')}</h2>
      </header>
      <ul className="body lines">
        <li>
          <Icon name="server" size="s" />
          <span className="el num">{sync.server ?? '–'}</span>
          <span className="end">
            <Tag look="text" tone={isOnline ? 'ok' : 'off'} icon={isOnline ? 'ok' : 'wifioff'}>
              {t(`connection.${sync.connection}`)}
            </Tag>
          </span>
        </li>
        <li>
          <Icon name="lock" size="s" />
          {t('sync.tls')}
          <span className="end c2">TLS 1.3</span>
        </li>
        <li>
          <Icon name="speed" size="s" />
          {t('sync.used')}
          <span className="end c2 num">{formatBytes(used)}</span>
        </li>
        <li>
          <Icon name="file" size="s" />
          {t('sync.lease-until')}
          <span className="end c2 num">
            {sync.leaseUntilMs === null ? '–' : formatTime(sync.leaseUntilMs)}
          </span>
        </li>
      </ul>
    </section>
  );
}
