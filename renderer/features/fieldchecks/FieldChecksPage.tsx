import { useT } from '../../i18n';
import { Freshness } from '../../parts/Freshness';
import { ScanTab } from './scan/ScanTab';

/** Checks on site: papers and people held against the record. */
export function FieldChecksPage() {
  const t = useT();
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.fieldchecks')}</h1>
      </div>
      <Freshness />
      <ScanTab />
    </div>
  );
}
