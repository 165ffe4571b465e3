import type { UpdateRefusal, UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useFailureText } from '../../../parts/use-failure-text';
import { Notice } from '../../../ui/PageState';
import { noticesOf, type UpdateNoticeKind } from './notices';

/** What says nothing against the place of releases: the line, or a folder that was chosen by mistake. */
const LINE_OR_PLACE: ReadonlySet<string> = new Set<UpdateRefusal['code']>([
  'UPDATE_UNREACHABLE',
  'UPDATE_TOO_SLOW',
  'UPDATE_REDIRECTED',
  'UPDATE_NO_RELEASES',
]);

/** What about updates a person has to know first. */
export function UpdateNotice({ status }: { readonly status: UpdateStatus }) {
  return noticesOf(status).map((kind) => <OneNotice key={kind} kind={kind} status={status} />);
}

function OneNotice({
  kind,
  status,
}: {
  readonly kind: UpdateNoticeKind;
  readonly status: UpdateStatus;
}) {
  const t = useT();
  const { last, phase, supply } = status;
  const by = status.way === 'swap' ? 'swap' : 'person';
  const of = {
    from: isolate(last?.from ?? ''),
    to: isolate(last?.to ?? ''),
    time: last === null ? '' : isolate(formatTime(last.atMs)),
  };
  switch (kind) {
    case 'refused':
      return <RefusedNotice status={status} />;
    case 'due':
      return (
        <Notice tone="warn" icon="flag">
          {t(`update.due-${phase === 'waiting' ? 'waiting' : 'found'}-${by}`)}
        </Notice>
      );
    case 'returned':
      return (
        <Notice tone="warn" icon="undo">
          {t('update.returned', of)}
        </Notice>
      );
    case 'not-placed':
      return (
        <Notice tone="warn" icon="warn">
          {t('update.not-placed', of)}
        </Notice>
      );
    case 'installed':
      return (
        <Notice tone="ok" icon="ok">
          {t('update.installed', of)}
        </Notice>
      );
    case 'idle':
      return supply === 'off' ? null : (
        <Notice icon="shieldok">{t(`update.text-${supply}-${by}`)}</Notice>
      );
  }
}

function RefusedNotice({ status: { refused, offer } }: { readonly status: UpdateStatus }) {
  const t = useT();
  const failureText = useFailureText();
  if (refused === null) return null;
  const why = refused.reason === null ? '' : t(`update.reason-${refused.reason}`);
  const isNotGenuine = refused.code === 'UPDATE_REFUSED';
  return (
    <Notice tone={LINE_OR_PLACE.has(refused.code) ? 'warn' : 'bad'} icon="warn">
      {failureText(refused)} {why}{' '}
      {isNotGenuine && offer !== null ? t('update.refused-kept') : null}
    </Notice>
  );
}
