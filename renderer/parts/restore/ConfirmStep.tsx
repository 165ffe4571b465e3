import type { PresentData } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { Notice } from '../../ui/PageState';

interface ConfirmStepProps {
  readonly createdMs: number;
  readonly present: PresentData | null;
  readonly keepsJournal: boolean;
  readonly onKeepsJournal: (keeps: boolean) => void;
}

/** What will be restored, what the present data have that the backup has not, and what becomes of it. */
export function ConfirmStep(props: ConfirmStepProps) {
  const t = useT();
  const { createdMs, present, keepsJournal, onKeepsJournal } = props;
  return (
    <>
      <p>{t('restore.confirm-text', { time: isolate(formatTime(createdMs)) })}</p>
      {present === null ? null : (
        <>
          <Notice
            tone={present.journal === 'healthy' ? 'info' : 'warn'}
            icon={present.journal === 'healthy' ? 'info' : 'warn'}
          >
            <b>{t('restore.present')}</b> · {words(present, t)}{' '}
            {present.unsent > 0
              ? t('restore.unsent', { count: isolate(formatCount(present.unsent)) })
              : ''}
          </Notice>
          {present.journal === 'healthy' ? (
            <div className="col" role="radiogroup" aria-label={t('restore.present')}>
              <label className="pickline">
                <input
                  type="radio"
                  name="journal"
                  checked={keepsJournal}
                  onChange={() => onKeepsJournal(true)}
                />
                {t('restore.keep-journal')}
              </label>
              <label className="pickline">
                <input
                  type="radio"
                  name="journal"
                  checked={!keepsJournal}
                  onChange={() => onKeepsJournal(false)}
                />
                {t('restore.take-journal')}
              </label>
            </div>
          ) : null}
        </>
      )}
    </>
  );
}

function words(present: PresentData, t: ReturnType<typeof useT>): string {
  switch (present.journal) {
    case 'missing':
      return t('restore.journal-missing');
    case 'damaged':
      return t('restore.journal-damaged');
    case 'other-key':
      return t('restore.journal-other-key');
    case 'healthy':
      if (!present.isContinuation) return t('restore.journal-other');
      return present.newer === 0
        ? t('restore.journal-same')
        : t('restore.journal-newer', {
            count: isolate(formatCount(present.newer)),
            time: isolate(present.lastMs === null ? '–' : formatTime(present.lastMs)),
          });
  }
}
