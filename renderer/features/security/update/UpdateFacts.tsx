import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';

/** The version that runs, where new ones come from, and what became of the last. */
export function UpdateFacts({ status }: { readonly status: UpdateStatus }) {
  const t = useT();
  const { version, host, supply, channel, checkedMs, installAt, offer, last, way } = status;
  return (
    <section className="panel" aria-label={t('update.facts')}>
      <header>
        <h2>{t('update.facts')}</h2>
      </header>
      <ul className="body lines">
        <li>
          <Icon name="info" size="s" />
          {t('update.running')}
          <span className="end num sel">{version}</span>
        </li>
        <li>
          <Icon name={supply === 'line' ? 'server' : 'usb'} size="s" />
          {t('update.source')}
          <span className="end c2 el" dir="auto" title={host ?? undefined}>
            {host === null ? t(`update.source-${supply}`) : isolate(host)}
          </span>
        </li>
        <li>
          <Icon name="layers" size="s" />
          {t('update.channel')}
          <span className="end c2">{t(`update.channel-${channel}`)}</span>
        </li>
        <li>
          <Icon name="clock" size="s" />
          {t('update.last-check')}
          <span className="end c2 num">
            {checkedMs === null ? t('update.never') : formatTime(checkedMs)}
          </span>
        </li>
        <li>
          <Icon name="cal" size="s" />
          {t('update.when')}
          <span className="end c2">
            {way !== 'swap'
              ? t('update.when-person')
              : installAt === null
                ? t('update.when-quit')
                : isolate(installAt)}
          </span>
        </li>
        {offer?.dueMs == null ? null : (
          <li>
            <Icon name="flag" size="s" />
            {t('update.due-by')}
            <span className="end c2 num">{formatTime(offer.dueMs)}</span>
          </li>
        )}
        {last === null ? null : (
          <li>
            <Icon name={last.outcome === 'installed' ? 'ok' : 'undo'} size="s" />
            {t('update.last')}
            <span className="end c2">
              <bdi className="num">{last.to}</bdi> · {t(`update.last-${last.outcome}`)}
            </span>
          </li>
        )}
      </ul>
    </section>
  );
}
