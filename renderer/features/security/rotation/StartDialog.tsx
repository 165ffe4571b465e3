import { useId, useState } from 'react';
import type { RotationReason, RotationState } from '../../../../shared/ipc/routes/rotation';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { formatCount, isolate, isolateText } from '../../../lib/format';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';

const REASONS: readonly RotationReason[] = ['routine', 'person-left', 'device-suspected', 'other'];

interface StartDialogProps {
  readonly rotation: RotationState;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly onClose: () => void;
  readonly onStart: (reason: RotationReason) => void;
}

/** What will happen, how long it takes, and why it is done: logged before it begins. */
export function StartDialog({ rotation, isBusy, failure, onClose, onStart }: StartDialogProps) {
  const t = useT();
  const name = useId();
  const { estimate, request, mayStart } = rotation;
  const [reason, setReason] = useState<RotationReason>(request?.reason ?? 'routine');
  const minutes = Math.max(1, Math.ceil(estimate.tookMs / 60_000));
  return (
    <Dialog
      title={t('rotation.confirm-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="primary" icon="key" disabled={isBusy} onClick={() => onStart(reason)}>
            {t(mayStart ? 'rotation.start' : 'rotation.request')}
          </Button>
        </>
      }
    >
      <p className="c2">
        {mayStart
          ? t('rotation.confirm-text', {
              rows: isolate(formatCount(estimate.rows)),
              time: isolateText(t('rotation.confirm-minutes', { minutes: isolate(minutes) })),
            })
          : t('rotation.confirm-request')}
      </p>
      <div className="row g16 wrap" role="radiogroup" aria-label={t('rotation.reason')}>
        {REASONS.map((one) => (
          <label key={one} className="radio">
            <input
              type="radio"
              name={name}
              checked={one === reason}
              onChange={() => setReason(one)}
            />
            {t(`rotation.reason-${one}`)}
          </label>
        ))}
      </div>
      <ul className="whys">
        <li>
          <span className="c2">{t('rotation.after-people')}</span>
        </li>
        <li>
          <span className="c2">{t('rotation.after-backup')}</span>
        </li>
      </ul>
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
