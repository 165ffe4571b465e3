import { useState } from 'react';
import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { FailureNote } from '../FailureState';
import { ReportDialog, type ReportKind } from './ReportDialog';

/** What can be done about a record from the field. */
export function RecordActs({
  certificate,
  rev,
  title,
  company,
}: {
  readonly certificate: number;
  readonly rev: number;
  /** Masked. */
  readonly title: string;
  /** The employer's name. */
  readonly company: string | null;
}) {
  const t = useT();
  // Of the record as it stood when the report was begun: what comes meanwhile is the centre's to compare.
  const [report, setReport] = useState<Pick<
    React.ComponentProps<typeof ReportDialog>,
    'kind' | 'about'
  > | null>(null);
  const begin = (kind: ReportKind) => setReport({ kind, about: { certificate, rev, title } });
  const add = useCommand('followups.add');
  return (
    <div className="df acts">
      <Button icon="field" onClick={() => begin('field-check')}>
        {t('report.act-field-check')}
      </Button>
      <Button icon="flag" onClick={() => begin('correction')}>
        {t('report.act-correction')}
      </Button>
      <Button
        icon="mark"
        disabled={add.isBusy}
        onClick={async () => {
          if ((await add.run({ certificate, title, note: '', company })) !== null)
            showToast({ tone: 'ok', text: () => say('report.followed') });
        }}
      >
        {t('report.act-follow')}
      </Button>
      {add.failure ? <FailureNote failure={add.failure} /> : null}
      {report === null ? null : <ReportDialog {...report} onClose={() => setReport(null)} />}
    </div>
  );
}
