import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useFailureText } from '../../../parts/use-failure-text';
import { Notice } from '../../../ui/PageState';

/** The one thing about updates that a person has to know first. */
export function UpdateNotice({ status }: { readonly status: UpdateStatus }) {
  const t = useT();
  const failureText = useFailureText();
  const { refused, offer, last, phase } = status;
  if (refused !== null) {
    const why = refused.reason === null ? '' : t(`update.reason-${refused.reason}`);
    return (
      <Notice tone={refused.code === 'UPDATE_UNREACHABLE' ? 'warn' : 'bad'} icon="warn">
        {failureText(refused)} {why}
      </Notice>
    );
  }
  if (offer?.isDue === true) {
    return (
      <Notice tone="warn" icon="flag">
        {t(phase === 'waiting' ? 'update.due-waiting' : 'update.due')}
      </Notice>
    );
  }
  if (last?.outcome === 'returned') {
    return (
      <Notice tone="warn" icon="undo">
        {t('update.returned', { from: isolate(last.from), to: isolate(last.to) })}
      </Notice>
    );
  }
  if (last?.outcome === 'refused') {
    return (
      <Notice tone="warn" icon="warn">
        {t('update.not-placed', { to: isolate(last.to) })}
      </Notice>
    );
  }
  if (last?.outcome === 'installed' && last.to === status.version) {
    return (
      <Notice tone="ok" icon="ok">
        {t('update.installed', { to: isolate(last.to), time: isolate(formatTime(last.atMs)) })}
      </Notice>
    );
  }
  // Where updates are switched off, the page below says so; nothing comes in the background.
  if (status.supply === 'off') return null;
  return <Notice icon="shieldok">{t('update.text')}</Notice>;
}
