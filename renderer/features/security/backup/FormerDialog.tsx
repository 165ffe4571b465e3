import { useState } from 'react';
import type { FormerOffice } from '../../../../shared/ipc/routes/former';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { formatBytes, formatTime, isolate } from '../../../lib/format';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Notice } from '../../../ui/PageState';

interface FormerDialogProps {
  readonly office: FormerOffice;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly onClose: () => void;
  readonly onRemove: () => void;
}

/** What will be gone for good, and whether it exists anywhere else. */
export function FormerDialog({ office, isBusy, failure, onClose, onRemove }: FormerDialogProps) {
  const t = useT();
  const isAlone = !office.isJournalKept && office.exportedMs === null;
  const [isSure, setSure] = useState(!isAlone);
  return (
    <Dialog
      title={t('former.remove-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="danger" disabled={isBusy || !isSure} onClick={onRemove}>
            {t('former.remove')}
          </Button>
        </>
      }
    >
      <p>
        {t('former.remove-text', {
          time: isolate(formatTime(office.atMs)),
          size: isolate(formatBytes(office.bytes)),
        })}
      </p>
      {isAlone ? (
        <>
          <Notice tone="warn" icon="warn">
            {t('former.remove-alone')}
          </Notice>
          <label className="check">
            <input
              type="checkbox"
              checked={isSure}
              onChange={(event) => setSure(event.target.checked)}
            />
            <span>{t('former.sure')}</span>
          </label>
        </>
      ) : null}
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
