import { AppError } from '../../../../../shared/errors/app-error';
import type { SyncProgress } from '../../../../../shared/ipc/routes/sync';
import type { StoreCaller } from '../../../clients/store-client';
import type { ServiceLog } from '../../ports';
import { lineError } from '../line-errors';
import type { SyncRunResult } from '../run/run-parts';

/** What is told of a run that failed, and kept of one that ended. */
export class RunNotes {
  constructor(
    private readonly store: StoreCaller,
    private readonly log: ServiceLog,
    private readonly nowMs: () => number,
  ) {}

  /** A documented error, whatever was met; what is a defect goes to the log. */
  failureOf(cause: unknown): AppError {
    const error = lineError(cause);
    if (error instanceof AppError) {
      this.log.warn('sync failed', { error: error.code, detail: error.detail ?? '' });
      return error;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log.error('sync failed by a defect', { detail });
    return new AppError('INTERNAL', {}, detail);
  }

  /** Keeps a run for the list of runs. Never fails: a run that cannot be noted has been all the same. */
  async keep(
    runId: string,
    startedMs: number,
    { rows, isFirst }: SyncRunResult,
    failure: AppError | null,
    progress: Pick<SyncProgress, 'isFirst' | 'carriedBytes'>,
  ): Promise<void> {
    const outcome =
      failure === null ? 'done' : failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
    await this.store
      .call('syncRunAdd', {
        runId,
        startedMs,
        endedMs: this.nowMs(),
        outcome,
        isFirst: isFirst || progress.isFirst,
        rows,
        bytes: progress.carriedBytes,
        error: outcome === 'failed' ? (failure?.code ?? null) : null,
      })
      .catch(() => undefined);
  }
}
