import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { formatTime, isolate, isolateText } from '../lib/format';
import { Icon } from '../ui/Icon';

/** On every page: an emergency level; that only looking up works and how old the data are; and a log that did not hold. */
export function EmergencyRibbons() {
  const t = useT();
  const emergency = useDesk((store) => store.state?.emergency);
  const level = emergency?.level;
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
      {level === undefined || level.level === 0 ? null : (
        <div className="ribbon" role="note" data-level-ribbon={level.level}>
          <Icon name="warn" size="s" />
          <b>
            {t('emergency.level-bar', {
              level: isolate(level.level),
              name: t(`emergency.level-${level.level}`),
            })}
          </b>
          <span className="el">
            {t('emergency.level-ribbon', {
              reason: isolateText(level.reason),
              text: t(`emergency.level-${level.level}-text`),
            })}
          </span>
        </div>
      )}
      {faultAt === null ? null : (
        <div className="ribbon" role="alert">
          <Icon name="warn" size="s" />
          {t('emergency.log-fault', { entry: isolate(faultAt) })}
        </div>
      )}
    </>
  );
}
