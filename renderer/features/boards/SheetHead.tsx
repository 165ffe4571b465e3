import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatTime, isolate } from '../../lib/format';
import { useAsOf } from '../../lib/use-as-of';
import { useMinute } from '../../lib/use-clock';

/** On paper alone: whose board it is, of what data, and who printed it when. On the screen the bar above the page says so. */
export function SheetHead() {
  const t = useT();
  const state = useDesk((store) => store.state);
  const isStale = useDesk((store) => store.sync?.isStale ?? false);
  const asOfMs = useAsOf();
  const now = useMinute();
  const session = state?.session;
  return (
    <div className="bsheet t12">
      <b>{state?.office?.name ?? t('shell.no-scope')}</b>
      {state?.office ? (
        <span>
          {state.office.regionName} <bdi className="num">{state.office.region}</bdi>
        </span>
      ) : null}
      {state?.isPractice ? <b>{t('shell.practice')}</b> : null}
      <span>
        {t('shell.as-of')} <b className="num">{asOfMs === null ? '–' : formatTime(asOfMs)}</b>
        {isStale ? <b> {t('shell.stale')}</b> : null}
      </span>
      {session ? (
        <span className="end">
          {t('boards.printed', {
            name: isolate(session.name),
            badge: isolate(session.badge),
            time: isolate(formatTime(now)),
          })}
        </span>
      ) : null}
    </div>
  );
}
