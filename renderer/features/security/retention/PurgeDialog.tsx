import type { RetentionStatus } from '../../../../shared/ipc/routes/retention';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { formatCount, isolate } from '../../../lib/format';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';

interface PurgeDialogProps {
  readonly next: NonNullable<RetentionStatus['next']>;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly onClose: () => void;
  readonly onRun: () => void;
}

/** What will be gone for good, before it is. */
export function PurgeDialog({ next, isBusy, failure, onClose, onRun }: PurgeDialogProps) {
  const t = useT();
  return (
    <Dialog
      title={t('retention.confirm-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="danger" disabled={isBusy} onClick={onRun}>
            {t('retention.run')}
          </Button>
        </>
      }
    >
      <p>
        {t('retention.confirm-text', {
          lookUps: isolate(formatCount(next.lookUps)),
          payloads: isolate(formatCount(next.payloads)),
          batches: isolate(formatCount(next.batches)),
          reports: isolate(formatCount(next.reports)),
          visits: isolate(formatCount(next.visits)),
        })}
      </p>
      <p className="c2">{t('retention.confirm-after')}</p>
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
