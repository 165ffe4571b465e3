import { useEffect } from 'react';
import { useT } from '../../i18n';
import { refreshSync, useDesk } from '../../lib/desk-store';
import { useCommand } from '../../lib/use-command';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { differsText, Freshness } from '../../parts/Freshness';
import { Button } from '../../ui/Button';
import { Notice, Skeleton } from '../../ui/PageState';
import { BundleButtons } from './bundle/BundleButtons';
import { HeldData } from './HeldData';
import { LastRuns } from './LastRuns';
import { LinePanel } from './line/LinePanel';
import { PendingPanel } from './PendingPanel';
import { ProofPanel } from './ProofPanel';
import { RunPanel } from './RunPanel';

/** How fresh, whether equal to the server, what runs, what waits to be sent. */
export function SyncPage() {
  const t = useT();
  const sync = useDesk((store) => store.sync);
  const progress = useDesk((store) => store.progress);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const office = useDesk((store) => store.state?.office);
  const device = useDesk((store) => store.state?.place.device);
  const deskFailure = useDesk((store) => store.failure);
  const start = useCommand('sync.start');
  const cancel = useCommand('sync.cancel');
  const verify = useCommand('sync.verify');
  const line = useCommand('line.set');
  useEffect(() => {
    void refreshSync();
  }, []);
  const run = async (isWhole = false) => {
    if (await start.run({ isWhole })) await refreshSync();
  };
  const failure = start.failure ?? verify.failure ?? cancel.failure ?? line.failure;
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.sync')}</h1>
        <span className="t12 c3 el">
          {office?.name} · {t('sync.device')} <span className="num">{device}</span>
        </span>
        <span className="end row">
          <BundleButtons />
          <Button
            icon="shieldok"
            disabled={verify.isBusy || !sync?.hasSlice || progress !== null}
            onClick={() => void verify.run({}).then(refreshSync)}
          >
            {t(verify.isBusy ? 'sync.verifying' : 'sync.verify')}
          </Button>
          <Button
            look="primary"
            icon="sync"
            disabled={start.isBusy || progress !== null}
            onClick={() => void run()}
          >
            {t('sync.now')}
          </Button>
        </span>
      </div>
      {failure ? (
        <FailureNote failure={failure} onRetry={start.failure ? () => void run() : undefined} />
      ) : sync?.proof.state === 'differs' ? (
        <Notice
          tone="bad"
          icon="warn"
          action={
            <Button
              size="s"
              icon="sync"
              disabled={start.isBusy || progress !== null}
              onClick={() => void run()}
            >
              {t('sync.repair')}
            </Button>
          }
        >
          {differsText(sync.proof, t)}
        </Notice>
      ) : (
        <Freshness />
      )}
      {isEmergency ? (
        <Notice tone="warn" icon="info">
          {t('emergency.sync-text')}
        </Notice>
      ) : null}
      {sync === null ? (
        <section className="panel grow">
          {deskFailure ? (
            <FailureState failure={deskFailure} onRetry={() => void refreshSync()} />
          ) : (
            <Skeleton label={t('state.loading')} rows={5} />
          )}
        </section>
      ) : (
        <>
          <div className="grid2 stop">
            <ProofPanel sync={sync} />
            <RunPanel
              sync={sync}
              isBusy={start.isBusy || cancel.isBusy || line.isBusy}
              onStart={(isWhole) => void run(isWhole)}
              onCancel={() => void cancel.run({})}
              onPause={(isPaused) => void line.run({ isPaused }).then(refreshSync)}
            />
          </div>
          <div className="grid2 grow">
            <section className="panel">
              <HeldData sync={sync} />
              <LastRuns runs={sync.runs} />
            </section>
            <div className="col">
              {isEmergency ? null : (
                <PendingPanel
                  pending={sync.pending}
                  rejected={sync.rejected}
                  isOnline={sync.connection === 'online'}
                />
              )}
              <LinePanel sync={sync} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
