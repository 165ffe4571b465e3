import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatBytes, formatCount, isolate } from '../../lib/format';
import { SyncProgressView } from '../../parts/SyncProgressView';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { PageState } from '../../ui/PageState';

interface RunPanelProps {
  readonly sync: SyncStatus;
  readonly isBusy: boolean;
  readonly onStart: (isWhole: boolean) => void;
  readonly onCancel: () => void;
  readonly onPause: (isPaused: boolean) => void;
}

/** What runs now; where nothing runs, why, and what a person can do about it. */
export function RunPanel({ sync, isBusy, onStart, onCancel, onPause }: RunPanelProps) {
  const t = useT();
  const text = useFailureText();
  const progress = useDesk((store) => store.progress);
  return (
    <section className="panel run" aria-label={t('sync.running')}>
      {progress ? (
        <>
          <div className="row">
            <b>{t('sync.running')}</b>
            <span className="end row">
              <Button size="s" icon="pause" disabled={isBusy} onClick={() => onPause(true)}>
                {t('line.pause')}
              </Button>
              <Button size="s" disabled={isBusy} onClick={onCancel}>
                {t('act.cancel')}
              </Button>
            </span>
          </div>
          <SyncProgressView progress={progress} />
          <span className="t12 c3">{t('sync.leave')}</span>
        </>
      ) : sync.isPaused ? (
        <PageState icon="pause" tone="warn" title={t('line.paused')} text={t('line.paused-text')}>
          <Button size="s" icon="sync" disabled={isBusy} onClick={() => onPause(false)}>
            {t('line.resume')}
          </Button>
        </PageState>
      ) : sync.obstacle !== null ? (
        <PageState
          icon={sync.obstacle === 'SYNC_PORTAL' ? 'lock' : 'wifioff'}
          tone="warn"
          title={t(sync.obstacle === 'SYNC_PORTAL' ? 'line.portal' : 'line.unreached')}
          text={text({ code: sync.obstacle })}
        >
          <Button size="s" icon="sync" disabled={isBusy} onClick={() => onStart(false)}>
            {t('line.again')}
          </Button>
        </PageState>
      ) : sync.awaiting !== null ? (
        <PageState
          icon="download"
          title={t('line.awaiting')}
          text={t('line.awaiting-text', {
            rows: isolate(formatCount(sync.awaiting.rows)),
            bytes: isolate(formatBytes(sync.awaiting.bytes)),
          })}
        >
          <Button size="s" icon="download" disabled={isBusy} onClick={() => onStart(true)}>
            {t('line.fetch-now')}
          </Button>
        </PageState>
      ) : (
        <PageState icon="sync" title={t('sync.idle')} text={t('sync.idle-text')}>
          <Button size="s" icon="pause" disabled={isBusy} onClick={() => onPause(true)}>
            {t('line.pause')}
          </Button>
        </PageState>
      )}
    </section>
  );
}
