import { useState } from 'react';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { ImportButton } from '../../../parts/bundle/ImportButton';
import { Button } from '../../../ui/Button';
import { ExportDialog } from './ExportDialog';

/** Sticks in and out. Who holds no key to the records imports none; the emergency reader does neither. */
export function BundleButtons() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const [isExporting, setExporting] = useState(false);
  if (isEmergency || role === undefined || role === 'auditor') return null;
  const reads = role === 'inspector' || role === 'head' || role === 'approver';
  return (
    <>
      {reads ? <ImportButton /> : null}
      <Button icon="download" onClick={() => setExporting(true)}>
        {t('bundle.export')}
      </Button>
      {isExporting ? <ExportDialog onClose={() => setExporting(false)} /> : null}
    </>
  );
}
