import { create } from 'zustand';
import type { BatchHead, OpenList } from '../../../shared/ipc/routes/batch';
import { on } from '../../lib/desk';

interface BatchWork {
  readonly list: OpenList | null;
  readonly head: BatchHead | null;
  /** The batch that was judged since this page began: what it says is of the moment (useMoment) at which its run began. */
  readonly fresh: { readonly id: string; readonly moment: string } | null;
  /** Rows judged while one runs. */
  readonly progress: {
    readonly done: number;
    readonly total: number;
    readonly sinceMs: number;
  } | null;
}

const NOTHING: BatchWork = { list: null, head: null, fresh: null, progress: null };

/** The list that is open or was verified last; it survives leaving the page, not the lock. */
export const useBatch = create<BatchWork>(() => NOTHING);

export function clearBatch(): void {
  useBatch.setState(NOTHING);
}

/** Follows what main tells of a run; answers how to stop. */
export function followBatch(): () => void {
  return on('batch.progressed', ({ done, total }) => {
    useBatch.setState(({ progress }) =>
      progress === null ? {} : { progress: { ...progress, done, total } },
    );
  });
}
