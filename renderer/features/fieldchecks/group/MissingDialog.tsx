import { useState } from 'react';
import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { TextInput } from '../../../ui/TextInput';

/** Somebody who shows no certificate. */
export function MissingDialog({
  onClose,
  onDone,
}: {
  readonly onClose: () => void;
  readonly onDone: (visit: SiteVisitView) => void;
}) {
  const t = useT();
  const missing = useCommand('site.missing');
  const [name, setName] = useState('');
  const go = async () => {
    const answer = await missing.run({ name: name.trim() });
    if (answer !== null) onDone(answer.visit);
  };
  return (
    <Dialog
      title={t('group.missing')}
      onClose={onClose}
      actions={
        <>
          <Button size="l" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button
            size="l"
            look="primary"
            icon="bad"
            disabled={missing.isBusy || name.trim() === ''}
            onClick={() => void go()}
          >
            {t('group.note-missing')}
          </Button>
        </>
      }
    >
      <p className="c2">{t('group.missing-text')}</p>
      <Field label={t('scan.field-name')}>
        {({ control }) => (
          <TextInput
            id={control}
            isLarge
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              const isEnter = event.key === 'Enter' && !event.nativeEvent.isComposing;
              if (isEnter && name.trim() !== '') void go();
            }}
          />
        )}
      </Field>
      {missing.failure ? <FailureNote failure={missing.failure} /> : null}
    </Dialog>
  );
}
