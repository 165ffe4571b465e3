import type { UpdateRefusal, UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useFailureText } from '../../../parts/use-failure-text';
import { Notice } from '../../../ui/PageState';

/** What says nothing against the place of releases: the line, or a folder that was chosen by mistake. */
const LINE_OR_PLACE: ReadonlySet<string> = new Set<UpdateRefusal['code']>([
  'UPDATE_UNREACHABLE',
  'UPDATE_TOO_SLOW',
  'UPDATE_REDIRECTED',
  'UPDATE_NO_RELEASES',
]);

/** The one thing about updates that a person has to know first. */
export function UpdateNotice({ status }: { readonly status: UpdateStatus }) {
  const t = useT();
  const failureText = useFailureText();
  const { refused, offer, last, phase } = status;
  const by = status.way === 'swap' ? 'swap' : 'person';
  if (refused !== null) {
    const why = refused.reason === null ? '' : t(`update.reason-${refused.reason}`);
    const isNotGenuine = refused.code === 'UPDATE_REFUSED';
    return (
      <Notice tone={LINE_OR_PLACE.has(refused.code) ? 'warn' : 'bad'} icon="warn">
        {failureText(refused)} {why}{' '}
        {isNotGenuine && offer !== null ? t('update.refused-kept') : null}
      </Notice>
    );
  }
  if (offer?.isDue === true) {
    return (
      <Notice tone="warn" icon="flag">
        {t(`update.due-${phase === 'waiting' ? 'waiting' : 'found'}-${by}`)}
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
  return <Notice icon="shieldok">{t(`update.text-${status.supply}-${by}`)}</Notice>;
}
