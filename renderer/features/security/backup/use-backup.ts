import { useEffect, useState } from 'react';
import type { BackupProgress, BackupStatus } from '../../../../shared/ipc/routes/backup';
import { type Failure, invoke, on } from '../../../lib/desk';

interface BackupView {
  readonly status: BackupStatus | null;
  readonly progress: BackupProgress | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

/** What main knows of backups, kept current by its events. */
export function useBackup(): BackupView {
  const [status, setStatus] = useState<BackupStatus | null>(null);
  const [progress, setProgress] = useState<BackupProgress | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    const take = (next: BackupStatus) => {
      setStatus(next);
      setProgress(next.running);
      setFailure(null);
    };
    const stops = [on('backup.changed', take), on('backup.progressed', setProgress)];
    void invoke('backup.status', {}).then((answer) => {
      if (answer.ok) take(answer.data);
      else setFailure(answer.error);
    });
    return () => {
      for (const stop of stops) stop();
    };
  }, [round]);
  return { status, progress, failure, reload: () => setRound((n) => n + 1) };
}
