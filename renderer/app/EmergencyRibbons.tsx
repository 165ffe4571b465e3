import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { formatTime, isolate } from '../lib/format';
import { Icon } from '../ui/Icon';

/** On every page: that only looking up works and how old the data are; and a log that did not hold. */
export function EmergencyRibbons() {
  const t = useT();
  const emergency = useDesk((store) => store.state?.emergency);
  const asOfMs = useDesk((store) => store.sync?.asOfMs ?? null);
  const faultAt = emergency?.logFaultAt ?? null;
  return (
    <>
      {emergency?.isActive ? (
        <div className="ribbon" role="note" aria-label={t('emergency.title')}>
          <Icon name="warn" size="s" />
          <b>{t('emergency.title')}</b>
          <span>
            {t('emergency.text', { time: asOfMs === null ? '–' : isolate(formatTime(asOfMs)) })}
          </span>
        </div>
      ) : null}
      {faultAt === null ? null : (
        <div className="ribbon" role="alert">
          <Icon name="warn" size="s" />
          {t('emergency.log-fault', { entry: isolate(faultAt) })}
        </div>
      )}
    </>
  );
}
