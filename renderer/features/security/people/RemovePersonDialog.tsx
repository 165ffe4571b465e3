import type { PersonRow } from '../../../../shared/ipc/routes/people';
import { say, useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';

interface RemovePersonDialogProps {
  readonly person: PersonRow;
  readonly onClose: () => void;
  readonly onDone: (said: () => string) => void;
}

/** Takes a way in away, and says what that does not undo. */
export function RemovePersonDialog({ person, onClose, onDone }: RemovePersonDialogProps) {
  const t = useT();
  const remove = useCommand('people.remove');
  const name = isolate(person.name);
  const act = async () => {
    if (await remove.run({ badge: person.badge })) onDone(() => say('people.removed', { name }));
  };
  return (
    <Dialog
      title={t('people.remove-title', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="danger" icon="x" disabled={remove.isBusy} onClick={() => void act()}>
            {t('people.remove')}
          </Button>
        </>
      }
    >
      <p>{t('people.remove-text')}</p>
      <p className="c2">{t('people.remove-after')}</p>
      {remove.failure ? <FailureNote failure={remove.failure} /> : null}
    </Dialog>
  );
}
