import { useState } from 'react';
import { useT } from '../../i18n';
import { Button } from '../../ui/Button';
import { ImportDialog } from './ImportDialog';

/** Opens the import of a bundle from a stick. */
export function ImportButton({ isWide = false }: { readonly isWide?: boolean }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        icon="usb"
        className={isWide ? 'bundlewide' : undefined}
        onClick={() => setOpen(true)}
      >
        {t('bundle.import')}
      </Button>
      {isOpen ? <ImportDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
