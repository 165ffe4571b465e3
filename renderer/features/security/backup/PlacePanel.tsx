import type { BackupStatus } from '../../../../shared/ipc/routes/backup';
import { useT } from '../../../i18n';
import { formatBytes, formatTime, isolate } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';
import { Tag } from '../../../ui/Tag';

/** Where backups go, the last ones and the next. */
export function PlacePanel({ status }: { readonly status: BackupStatus }) {
  const t = useT();
  const time = (ms: number | null) =>
    ms === null ? (
      <span className="c3">{t('backup.never')}</span>
    ) : (
      <span className="num">{formatTime(ms)}</span>
    );
  const { nextMs } = status;
  return (
    <section className="panel" aria-label={t('backup.place')}>
      <header>
        <h2>{t('backup.place')}</h2>
      </header>
      <ul className="body lines">
        <li>
          <Icon name="usb" size="s" />
          <span className="el" dir="auto">
            {isolate(status.place ?? '')}
          </span>
          <span className="end">
            <Tag
              look="text"
              tone={status.isPlaceThere ? 'ok' : 'warn'}
              icon={status.isPlaceThere ? 'ok' : 'warn'}
            >
              {t(status.isPlaceThere ? 'backup.place-there' : 'backup.place-missing')}
            </Tag>
          </span>
        </li>
        <li>
          <Icon name="layers" size="s" />
          {t('backup.free')}
          <span className="end c2 num">
            {status.freeBytes === null ? '–' : isolate(formatBytes(status.freeBytes))}
          </span>
        </li>
        <li>
          <Icon name="clock" size="s" />
          {t('backup.last')}
          <span className="end c2">{time(status.lastMs)}</span>
        </li>
        <li>
          <Icon name="table" size="s" />
          {t('backup.last-full')}
          <span className="end c2">{time(status.lastFullMs)}</span>
        </li>
        <li>
          <Icon name="cal" size="s" />
          {t('backup.next')}
          <span className="end c2">
            {nextMs === null ? (
              '–'
            ) : nextMs <= Date.now() ? (
              t('backup.next-now')
            ) : (
              <span className="num">{formatTime(nextMs)}</span>
            )}{' '}
            · {t(`backup.${status.nextKind}`)}
          </span>
        </li>
      </ul>
    </section>
  );
}
