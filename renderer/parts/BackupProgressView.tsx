import type { BackupProgress } from '../../shared/ipc/routes/backup';
import { useT } from '../i18n';
import { formatBytes, formatCount, isolate } from '../lib/format';
import { Button } from '../ui/Button';
import { Progress } from '../ui/Progress';
import { useRemaining } from './use-remaining';

/** A running backup, proof or restore: phase, amount, remaining time, and the way to stop it. */
export function BackupProgressView({
  progress,
  onCancel,
  isCancelling,
}: {
  readonly progress: BackupProgress;
  readonly onCancel: () => void;
  readonly isCancelling: boolean;
}) {
  const t = useT();
  const remaining = useRemaining();
  const phase = t(`backup.phase-${progress.phase}`);
  const detail =
    progress.totalBytes > 0
      ? t('backup.progress', {
          phase,
          done: isolate(formatBytes(progress.doneBytes)),
          total: isolate(formatBytes(progress.totalBytes)),
        })
      : progress.phase === 'proving'
        ? t('backup.progress-rows', { phase, count: isolate(formatCount(progress.doneBytes)) })
        : phase;
  return (
    <Progress
      icon="layers"
      title={t(`backup.task-${progress.task}`)}
      done={progress.doneBytes}
      total={progress.totalBytes}
      detail={detail}
      remaining={progress.remainingMs === null ? '' : remaining(progress.remainingMs)}
      action={
        <Button size="s" disabled={isCancelling} onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      }
    />
  );
}
