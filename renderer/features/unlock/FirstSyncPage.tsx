import { useEffect, useRef } from 'react';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { lockDesk, refreshSync, useDesk } from '../../lib/desk-store';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { ImportButton } from '../../parts/bundle/ImportButton';
import { FailureNote } from '../../parts/FailureState';
import { RecoveryNotice } from '../../parts/RecoveryNotice';
import { SyncProgressView } from '../../parts/SyncProgressView';
import { Button } from '../../ui/Button';
import { UnlockFrame } from './UnlockFrame';

/** The first synchronisation: phase, count, rate and remaining time; goes on where it stopped. */
export function FirstSyncPage() {
  const t = useT();
  const progress = useDesk((store) => store.progress);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const lastRun = useDesk((store) => store.sync?.runs[0]);
  const start = useCommand('sync.start');
  const cancel = useCommand('sync.cancel');
  const people = useQuery('people.list', {});
  const { reload } = people;
  useEffect(() => on('people.changed', reload), [reload]);
  const hasStarted = useRef(false);

  const run = async () => {
    if (await start.run({})) await refreshSync();
  };
  useEffect(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    void run();
  });
  const failure =
    start.failure ??
    cancel.failure ??
    (progress === null && lastRun?.outcome === 'failed' && lastRun.error
      ? { code: lastRun.error as 'INTERNAL', params: {}, ref: '' }
      : null);
  return (
    <UnlockFrame>
      <div>
        <h2 className="t20">{t(isEmergency ? 'emergency.load-title' : 'unlock.sync-title')}</h2>
        <p className="c2">{t(isEmergency ? 'emergency.load-text' : 'unlock.sync-text')}</p>
      </div>
      {people.data ? <RecoveryNotice recovery={people.data.recovery} /> : null}
      <SyncProgressView progress={progress} />
      {failure ? <FailureNote failure={failure} /> : null}
      {progress === null && lastRun?.outcome === 'cancelled' ? (
        <p className="c2">{t('unlock.sync-cancelled')}</p>
      ) : null}
      <div className="row">
        <Button size="l" icon="lock" onClick={() => void lockDesk()}>
          {t('shell.lock')}
        </Button>
        {progress === null && !start.isBusy ? (
          <Button look="primary" size="l" icon="sync" className="grow" onClick={() => void run()}>
            {t('unlock.sync-go')}
          </Button>
        ) : (
          <Button
            size="l"
            className="grow"
            disabled={cancel.isBusy}
            onClick={() => void cancel.run({})}
          >
            {t('act.cancel')}
          </Button>
        )}
      </div>
      {isEmergency ? null : <ImportButton isWide />}
    </UnlockFrame>
  );
}
