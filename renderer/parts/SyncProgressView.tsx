import type { SyncProgress } from '../../shared/ipc/routes/sync';
import { useT } from '../i18n';
import { formatBytes, formatCount, isolate } from '../lib/format';
import { Phases, ProgressBar } from '../ui/Progress';
import { useRemaining } from './use-remaining';

/** Four steps a person can follow, from the eight that a run has. */
const STEP_OF: Record<SyncProgress['phase'], number> = {
  connecting: 0,
  manifest: 0,
  segments: 1,
  changes: 1,
  indexing: 2,
  late: 2,
  verifying: 3,
  done: 4,
};

/** A running synchronisation: phases, rows, bytes, rate, remaining. */
export function SyncProgressView({ progress }: { readonly progress: SyncProgress | null }) {
  const t = useT();
  const remaining = useRemaining();
  const step = progress ? STEP_OF[progress.phase] : 0;
  const percent =
    progress && progress.totalRows > 0 ? (progress.doneRows / progress.totalRows) * 100 : 0;
  const names = [
    t('sync.step-connect'),
    t('sync.step-receive'),
    t('sync.step-index'),
    t('sync.step-verify'),
  ];
  return (
    <div className="syncrun">
      <Phases names={names} current={step} percent={percent} />
      <ProgressBar
        label={names[step] ?? t('sync.running')}
        percent={progress && progress.totalRows > 0 ? percent : progress ? null : 0}
      />
      <dl className="kv">
        <div>
          <dt>{t('sync.received')}</dt>
          <dd className="num">
            {progress
              ? `${formatCount(progress.doneRows)}${progress.totalRows > 0 ? ` / ${formatCount(progress.totalRows)}` : ''}`
              : '–'}
          </dd>
        </div>
        <div>
          <dt title={t('sync.bytes-text')}>{t('sync.bytes')}</dt>
          <dd className="num">{progress ? formatBytes(progress.carriedBytes) : '–'}</dd>
        </div>
        <div>
          <dt>{t('sync.rate')}</dt>
          <dd>
            {progress && progress.rowsPerSecond > 0
              ? t('sync.per-second', {
                  count: isolate(formatCount(Math.round(progress.rowsPerSecond))),
                })
              : '–'}
          </dd>
        </div>
        <div>
          <dt>{t('sync.remaining')}</dt>
          <dd>{progress?.remainingMs == null ? '–' : remaining(progress.remainingMs)}</dd>
        </div>
      </dl>
    </div>
  );
}
