import { useEffect, useRef } from 'react';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { lockDesk, refreshSync, useDesk } from '../../lib/desk-store';
import { formatBytes, formatCount, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { ImportButton } from '../../parts/bundle/ImportButton';
import { FailureNote } from '../../parts/FailureState';
import { RecoveryNotice } from '../../parts/RecoveryNotice';
import { SyncProgressView } from '../../parts/SyncProgressView';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { UnlockFrame } from './UnlockFrame';

/** The first synchronisation: phase, count, rate and remaining time; goes on where it stopped. */
export function FirstSyncPage() {
  const t = useT();
  const progress = useDesk((store) => store.progress);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const lastRun = useDesk((store) => store.sync?.runs[0]);
  const awaiting = useDesk((store) => store.sync?.awaiting ?? null);
  const start = useCommand('sync.start');
  const cancel = useCommand('sync.cancel');
  const people = useQuery('people.list', {});
  const { reload } = people;
  useEffect(() => on('people.changed', reload), [reload]);
  const hasStarted = useRef(false);

  // Whoever reads how much it is and goes on has consented.
  const run = async (isWhole = false) => {
    if (await start.run({ isWhole })) await refreshSync();
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
      {progress === null && awaiting ? (
        <Notice tone="info" icon="info">
          {t('line.awaiting-text', {
            rows: isolate(formatCount(awaiting.rows)),
            bytes: isolate(formatBytes(awaiting.bytes)),
          })}
        </Notice>
      ) : null}
      <div className="row">
        <Button size="l" icon="lock" onClick={() => void lockDesk()}>
          {t('shell.lock')}
        </Button>
        {progress === null && !start.isBusy ? (
          <Button
            look="primary"
            size="l"
            icon="sync"
            className="grow"
            onClick={() => void run(awaiting !== null)}
          >
            {t(awaiting === null ? 'unlock.sync-go' : 'line.fetch-now')}
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
