import type { RotationState } from '../../../../shared/ipc/routes/rotation';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useFailureText } from '../../../parts/use-failure-text';
import { Notice } from '../../../ui/PageState';

/** What asks for attention: a request, a change that stopped, one that waits for somebody else. */
export function RotationNotices({ rotation }: { readonly rotation: RotationState }) {
  const t = useT();
  const text = useFailureText();
  const { run, request, mayStart } = rotation;
  if (run !== null && run.state === 'waiting') {
    return (
      <Notice icon="clock">
        <b>{t('rotation.waiting')}</b> {t('rotation.waiting-text')}
      </Notice>
    );
  }
  if (run !== null && run.failure !== null) {
    return (
      <Notice tone="bad" icon="warn">
        {t('rotation.stopped', { reason: text(run.failure) })}
      </Notice>
    );
  }
  if (request === null || run !== null) return null;
  return (
    <Notice tone="warn" icon="key">
      {t('rotation.requested', {
        by: isolate(request.by),
        time: isolate(formatTime(request.atMs)),
        reason: t(`rotation.reason-${request.reason}`),
      })}{' '}
      {mayStart ? null : t('rotation.request-sent')}
    </Notice>
  );
}
