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
  const [kind, setKind] = useState<ReportKind | null>(null);
  const add = useCommand('followups.add');
  return (
    <div className="df acts">
      <Button icon="field" onClick={() => setKind('field-check')}>
        {t('report.act-field-check')}
      </Button>
      <Button icon="flag" onClick={() => setKind('correction')}>
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
      {kind === null ? null : (
        <ReportDialog
          kind={kind}
          about={{ certificate, rev, title }}
          onClose={() => setKind(null)}
        />
      )}
    </div>
  );
}
