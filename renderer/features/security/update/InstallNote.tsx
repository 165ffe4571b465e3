import type { ReactNode } from 'react';
import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';

interface InstallNoteProps {
  readonly status: UpdateStatus;
  readonly mayAct: boolean;
  readonly cancelButton: ReactNode;
}

/** What happens with a verified version, and how a person can bring it about now. */
export function InstallNote({ status, mayAct, cancelButton }: InstallNoteProps) {
  const t = useT();
  const install = useCommand('update.install');
  const show = useCommand('update.show');
  const { way, file, installAt } = status;
  const failure = install.failure ?? show.failure;
  return (
    <div className="updinstall">
      <p>
        {way === 'swap'
          ? installAt === null
            ? t('update.at-quit')
            : t('update.at-time', { time: isolate(installAt) })
          : t(`update.by-${way}`)}
      </p>
      {way === 'deb' && file !== null ? (
        <code className="sel" dir="ltr">
          sudo apt install ./{file}
        </code>
      ) : null}
      {failure ? <FailureNote failure={failure} /> : null}
      {mayAct ? (
        <div className="row">
          {way === 'swap' ? (
            <Button
              look="primary"
              icon="sync"
              disabled={install.isBusy}
              onClick={() => void install.run({})}
            >
              {t('update.install-now')}
            </Button>
          ) : (
            <Button
              look="primary"
              icon="file"
              disabled={show.isBusy}
              onClick={() => void show.run({})}
            >
              {t('update.show')}
            </Button>
          )}
          {cancelButton}
        </div>
      ) : null}
    </div>
  );
}
