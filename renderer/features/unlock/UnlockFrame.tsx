import type { ReactNode } from 'react';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { isolate } from '../../lib/format';
import { LanguageSwitch } from '../../parts/LanguageSwitch';
import { WindowButtons } from '../../parts/WindowButtons';
import { OfficePanel } from './OfficePanel';

/** The page before the desk: the office on one side, one card on the other. */
export function UnlockFrame({
  children,
  below,
  isRoomy = false,
}: {
  readonly children: ReactNode;
  readonly below?: ReactNode;
  /** More than a form has to fit. */
  readonly isRoomy?: boolean;
}) {
  const t = useT();
  const isPractice = useDesk((store) => store.state?.isPractice ?? false);
  const runtime = useDesk((store) => store.state?.runtime);
  return (
    <main className="un">
      <OfficePanel />
      <section className="rt" aria-label={t('unlock.title')}>
        <div className="wb">
          <LanguageSwitch />
          <span className="grow" />
          <WindowButtons />
        </div>
        {isPractice ? (
          <div className="ribbon practice" role="note">
            <b>{t('shell.practice')}</b>
            <span>{t('shell.practice-text')}</span>
          </div>
        ) : null}
        {runtime?.isFallback ? (
          <div className="ribbon" role="note">
            <span>{t('shell.fallback', { version: isolate(runtime.electron) })}</span>
          </div>
        ) : null}
        <div className={isRoomy ? 'panel form roomy' : 'panel form'}>
          <div className="pd">{children}</div>
        </div>
        {below ? <div className="oth">{below}</div> : null}
        <p className="law">{t('unlock.law')}</p>
      </section>
    </main>
  );
}
