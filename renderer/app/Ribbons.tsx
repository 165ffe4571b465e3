import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { isolate } from '../lib/format';
import { Icon } from '../ui/Icon';
import { BackupRibbon, useStaleBackup } from './BackupRibbon';
import { CheckRibbon, hasFaults } from './CheckRibbon';
import { EmergencyRibbons } from './EmergencyRibbons';

/** What must never be overlooked: practice data, a runtime for tests only, the idle lock's last minute. */
export function Ribbons({ idleSeconds }: { readonly idleSeconds: number | null }) {
  const t = useT();
  const isPractice = useDesk((store) => store.state?.isPractice ?? false);
  const runtime = useDesk((store) => store.state?.runtime);
  const emergency = useDesk((store) => store.state?.emergency);
  const isFaulty = useDesk((store) => hasFaults(store.check));
  const staleDays = useStaleBackup();
  const isNoted =
    emergency?.isActive ||
    typeof emergency?.logFaultAt === 'number' ||
    (emergency?.level.level ?? 0) > 0;
  return (
    <div className="ribbons">
      {isPractice ||
      runtime?.isFallback ||
      isNoted ||
      isFaulty ||
      staleDays !== null ||
      idleSeconds !== null ? (
        <aside aria-label={t('shell.notices')}>
          {isPractice ? (
            <div className="ribbon practice" role="note" aria-label={t('shell.practice')}>
              <b>{t('shell.practice')}</b>
              <span>{t('shell.practice-text')}</span>
            </div>
          ) : null}
          {runtime?.isFallback ? (
            <div className="ribbon" role="note">
              <Icon name="warn" size="s" />
              {t('shell.fallback', { version: isolate(runtime.electron) })}
            </div>
          ) : null}
          <EmergencyRibbons />
          <CheckRibbon />
          {staleDays === null ? null : <BackupRibbon days={staleDays} />}
          {idleSeconds === null ? null : (
            <div className="ribbon" role="alert">
              <Icon name="lock" size="s" />
              {t('shell.idle', { seconds: isolate(idleSeconds) })}
            </div>
          )}
        </aside>
      ) : null}
    </div>
  );
}
