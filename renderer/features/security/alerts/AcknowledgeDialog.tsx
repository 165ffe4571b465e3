import { useState } from 'react';
import type { AlertRulesView, AlertView } from '../../../../shared/ipc/routes/alerts';
import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { useAlertWords } from './use-alert-words';

interface AcknowledgeDialogProps {
  readonly alert: AlertView;
  readonly rules: AlertRulesView;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What somebody found out about an alert, in their own words. */
export function AcknowledgeDialog({ alert, rules, onClose, onDone }: AcknowledgeDialogProps) {
  const t = useT();
  const words = useAlertWords(rules);
  const keep = useCommand('alerts.acknowledge');
  const [note, setNote] = useState('');
  const act = async () => {
    const { key, count } = alert;
    if ((await keep.run({ key, count, note: note.trim() })) !== null) onDone();
  };
  return (
    <Dialog
      title={t('alerts.ack-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={keep.isBusy || note.trim() === ''}
            onClick={() => void act()}
          >
            {t('alerts.keep')}
          </Button>
        </>
      }
    >
      <p>
        <b>{words.rule(alert)}</b>
      </p>
      <p className="c2">{words.why(alert)}</p>
      <Field label={t('alerts.note')} hint={t('alerts.note-hint')}>
        {({ control, describedBy }) => (
          <textarea
            id={control}
            aria-describedby={describedBy}
            className="area"
            rows={3}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <p className="t12 c3">{t('alerts.ack-text')}</p>
      {keep.failure ? <FailureNote failure={keep.failure} /> : null}
    </Dialog>
  );
}
