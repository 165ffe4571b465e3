import { useState } from 'react';
import type { WorkItemView } from '../../../../shared/ipc/routes/outbox';
import { say, useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { Notice } from '../../../ui/PageState';
import { TextInput } from '../../../ui/TextInput';
import { useItemWords } from './words';

interface WorkItemDialogProps {
  readonly item: WorkItemView;
  readonly onClose: () => void;
  readonly onDone: (said: () => string) => void;
}

const UNATTENDED = [
  'audit-page',
  'audit-renewal',
  'device-act',
  'export-record',
  'site-record',
  'saved-item',
  'agreement',
  'audit-checkpoint',
];

/** One refused report: why, what was written, and the two ways on. */
export function WorkItemDialog({ item, onClose, onDone }: WorkItemDialogProps) {
  const t = useT();
  const words = useItemWords();
  const resend = useCommand('outbox.resend');
  const dismiss = useCommand('outbox.dismiss');
  const [texts, setTexts] = useState(item.texts);
  const [note, setNote] = useState('');
  const fields = Object.keys(item.texts);
  const isBusy = resend.isBusy || dismiss.isBusy;
  const isWhole = fields.every((name) => (texts[name] ?? '').trim() !== '');
  const failure = resend.failure ?? dismiss.failure;
  const sendAgain = async () => {
    if (await resend.run({ dseq: item.dseq, texts })) onDone(() => say('outbox.resent'));
  };
  const putAside = async () => {
    if (await dismiss.run({ dseq: item.dseq, note: note.trim() }))
      onDone(() => say('outbox.dismissed'));
  };
  const why = UNATTENDED.includes(item.kind)
    ? 'outbox.unattended'
    : item.kind === 'import'
      ? 'outbox.import-anew'
      : item.isOwn
        ? 'outbox.lost'
        : 'outbox.colleague';
  return (
    <Dialog
      isWide
      title={words.kind(item)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            disabled={isBusy || note.trim() === ''}
            icon="ban"
            onClick={() => void putAside()}
          >
            {t('outbox.give-up')}
          </Button>
          {item.isResendable ? (
            <Button
              look="primary"
              icon="sync"
              disabled={isBusy || !isWhole}
              onClick={() => void sendAgain()}
            >
              {t(fields.length > 0 ? 'outbox.edit' : 'outbox.resend-same')}
            </Button>
          ) : null}
        </>
      }
    >
      <p className="t12 c3">
        {t('outbox.made', { time: isolate(formatTime(item.madeMs)) })} ·{' '}
        {t('outbox.judged', { time: isolate(formatTime(item.judgedMs)) })}
      </p>
      <Notice tone="warn" icon="warn">
        {words.reason(item)}
      </Notice>
      {item.isResendable ? (
        fields.map((name) => (
          <Field key={name} label={words.field(name)}>
            {({ control }) => (
              <textarea
                id={control}
                className="area"
                rows={name === 'note' || name === 'text' ? 3 : 1}
                maxLength={2000}
                value={texts[name] ?? ''}
                onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
              />
            )}
          </Field>
        ))
      ) : (
        <p className="c2">{t(why)}</p>
      )}
      <Field label={t('outbox.note')} hint={t('outbox.note-hint')}>
        {({ control, describedBy }) => (
          <TextInput
            id={control}
            aria-describedby={describedBy}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
