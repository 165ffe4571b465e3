import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { BackupProgressView } from '../../../parts/BackupProgressView';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { PageState, Skeleton } from '../../../ui/PageState';
import { BackupNotices } from './BackupNotices';
import { FormerPanel } from './FormerPanel';
import { GenerationTable } from './GenerationTable';
import { PlacePanel } from './PlacePanel';
import { ProofPanel } from './ProofPanel';
import { useBackup } from './use-backup';

/** Backups of this device: where, when, which, and whether they can be trusted. */
export function BackupSection() {
  const t = useT();
  const { status, progress, failure, reload } = useBackup();
  const choose = useCommand('backup.choose-place');
  const start = useCommand('backup.start');
  const verify = useCommand('backup.verify');
  const cancel = useCommand('backup.cancel');
  const isBusy = progress !== null || start.isBusy || verify.isBusy;

  const choosePlace = async () => {
    if (await choose.run({})) reload();
  };
  const acted = choose.failure ?? start.failure ?? verify.failure ?? cancel.failure;
  if (status === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={5} />
        )}
      </section>
    );
  }
  if (status.place === null) {
    return (
      <>
        {acted ? <FailureNote failure={acted} /> : null}
        <section className="panel grow">
          <PageState icon="usb" title={t('backup.no-place')} text={t('backup.no-place-text')}>
            <Button look="primary" disabled={choose.isBusy} onClick={() => void choosePlace()}>
              {t('backup.choose-place')}
            </Button>
          </PageState>
        </section>
        <FormerPanel />
      </>
    );
  }
  return (
    <>
      {acted ? <FailureNote failure={acted} /> : <BackupNotices status={status} />}
      <div className="bk grow">
        <section className="panel">
          <header>
            <h2>{t('backup.generations')}</h2>
            <span className="end row">
              <Button
                size="s"
                disabled={choose.isBusy || isBusy}
                onClick={() => void choosePlace()}
              >
                {t('backup.change-place')}
              </Button>
              <Button
                size="s"
                disabled={isBusy || !status.isPlaceThere}
                onClick={() => void start.run({ kind: 'full' })}
              >
                {t('backup.full-now')}
              </Button>
              <Button
                look="primary"
                size="s"
                icon="layers"
                disabled={isBusy || !status.isPlaceThere}
                onClick={() => void start.run({ kind: status.nextKind })}
              >
                {t('backup.now')}
              </Button>
            </span>
          </header>
          {progress === null ? null : (
            <div className="bkrun">
              <BackupProgressView
                progress={progress}
                isCancelling={cancel.isBusy}
                onCancel={() => void cancel.run({})}
              />
              <p className="t12 c3">{t('backup.leave')}</p>
            </div>
          )}
          {status.generations.length === 0 ? (
            progress === null ? (
              <PageState
                icon={status.isPlaceThere ? 'layers' : 'usb'}
                title={t(status.isPlaceThere ? 'backup.no-generations' : 'backup.place-missing')}
                text={t(status.isPlaceThere ? 'backup.text' : 'backup.place-missing-text')}
              />
            ) : null
          ) : (
            <GenerationTable
              generations={status.generations}
              isBusy={isBusy}
              onProve={(generation, isDrill) => void verify.run({ generation, isDrill })}
            />
          )}
        </section>
        <div className="col">
          <PlacePanel status={status} />
          <ProofPanel status={status} />
        </div>
      </div>
      <FormerPanel />
    </>
  );
}
