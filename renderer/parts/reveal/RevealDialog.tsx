import { useId, useState } from 'react';
import type { RouteInput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { TextInput } from '../../ui/TextInput';
import { FailureNote } from '../FailureState';

export type RevealReason = RouteInput<'records.reveal'>['reason'];

const REASONS: readonly RevealReason[] = ['on-site-check', 'report-check', 'other'];

interface RevealDialogProps {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly onClose: () => void;
  readonly onReveal: (reason: RevealReason, note: string) => Promise<void>;
}

/** The reason comes first; it is logged before anything is shown. */
export function RevealDialog({ isBusy, failure, onClose, onReveal }: RevealDialogProps) {
  const t = useT();
  const name = useId();
  const [reason, setReason] = useState<RevealReason>('on-site-check');
  const [note, setNote] = useState('');
  return (
    <Dialog
      title={t('record.reveal-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            icon="eye"
            disabled={isBusy}
            onClick={() => void onReveal(reason, note.trim())}
          >
            {t('record.show')}
          </Button>
        </>
      }
    >
      <p className="c2">{t('record.reveal-text')}</p>
      <div className="row g16 wrap" role="radiogroup" aria-label={t('record.reveal-reason')}>
        {REASONS.map((one) => (
          <label key={one} className="radio">
            <input
              type="radio"
              name={name}
              checked={one === reason}
              onChange={() => setReason(one)}
            />
            {t(`record.reason-${one}`)}
          </label>
        ))}
      </div>
      <TextInput
        aria-label={t('record.reveal-note')}
        placeholder={t('record.reveal-note')}
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
