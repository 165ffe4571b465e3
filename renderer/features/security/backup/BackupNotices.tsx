import type { BackupStatus } from '../../../../shared/ipc/routes/backup';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useFailureText } from '../../../parts/use-failure-text';
import { Notice } from '../../../ui/PageState';

/** What a person has to know before the list: one line, the most urgent. */
export function BackupNotices({ status }: { readonly status: BackupStatus }) {
  const t = useT();
  const text = useFailureText();
  const { failure } = status;
  if (failure !== null) {
    return (
      <Notice tone="bad" icon="bad">
        {t('backup.failed', { time: isolate(formatTime(failure.atMs)), reason: text(failure) })}
      </Notice>
    );
  }
  if (!status.isPlaceThere) {
    return (
      <Notice tone="warn" icon="usb">
        {t('backup.place-missing-text')}
      </Notice>
    );
  }
  if (status.isStale) {
    return (
      <Notice tone="warn" icon="warn">
        {t('backup.stale', { days: isolate(status.staleDays) })}
      </Notice>
    );
  }
  return (
    <Notice icon="shieldok">
      {t('backup.text')} {t('backup.place-local')}
    </Notice>
  );
}
