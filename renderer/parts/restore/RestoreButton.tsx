import { useState } from 'react';
import { useT } from '../../i18n';
import { Button } from '../../ui/Button';
import { RestoreDialog } from './RestoreDialog';

/** The way to a backup, wherever the desk is not open. */
export function RestoreButton() {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" icon="undo" onClick={() => setOpen(true)}>
        {t('restore.open')}
      </Button>
      {isOpen ? <RestoreDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
