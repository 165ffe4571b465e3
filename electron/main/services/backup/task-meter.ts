import type { BackupProgress } from '../../../../shared/ipc/routes/backup';
import type { BackupProgress as StoreProgress } from '../../../store/backup/calls';

/** Rate and remaining time of the phase that runs. */
export class TaskMeter {
  private phase: StoreProgress['phase'] | null = null;
  private phaseMs = 0;
  current: BackupProgress;

  constructor(
    private readonly task: BackupProgress['task'],
    private readonly nowMs: () => number,
  ) {
    this.current = {
      task,
      phase: task === 'backup' ? 'slice' : 'assembling',
      doneBytes: 0,
      totalBytes: 0,
      bytesPerSecond: 0,
      remainingMs: null,
    };
  }

  take({ phase, doneBytes, totalBytes }: StoreProgress): BackupProgress {
    const nowMs = this.nowMs();
    if (this.phase !== phase) {
      this.phase = phase;
      this.phaseMs = nowMs;
    }
    const seconds = (nowMs - this.phaseMs) / 1000;
    const rate = seconds > 0.2 ? doneBytes / seconds : 0;
    const rest = totalBytes - doneBytes;
    this.current = {
      task: this.task,
      phase,
      doneBytes,
      totalBytes,
      bytesPerSecond: Math.round(rate),
      remainingMs:
        rate > 0 && totalBytes > 0 ? Math.max(0, Math.round((rest / rate) * 1000)) : null,
    };
    return this.current;
  }
}
