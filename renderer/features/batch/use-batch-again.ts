import { useState } from 'react';
import type { BatchAgain, BatchHead } from '../../../shared/ipc/routes/batch';
import type { Failure } from '../../lib/desk';
import { useDesk } from '../../lib/desk-store';
import { today } from '../../lib/format';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { useBatch } from './batch-store';

/**
 * Whether data, marks or the day are others than those a batch was judged by, and which of its rows read otherwise since.
 * A batch that was judged on this page just now is not looked up a second time.
 */
export function useBatchAgain(head: BatchHead): {
  readonly isOver: boolean;
  readonly again: BatchAgain | null;
  readonly failure: Failure | null;
} {
  const moment = useMoment();
  const isFresh = useBatch(({ fresh }) => fresh === head.id);
  const isOlder = useDesk(
    ({ sync, state }) =>
      (sync?.asOfMs ?? 0) > head.atMs || (state !== null && state.day !== today(head.atMs)),
  );
  // Marks, mended rows, rows that were signed before the check and came after it: seen by who has the list open.
  const [seen, setSeen] = useState({ id: head.id, atMs: head.atMs, moment });
  if (seen.id !== head.id || seen.atMs !== head.atMs)
    setSeen({ id: head.id, atMs: head.atMs, moment });
  const isOver = isOlder || seen.moment !== moment;
  const isAsked = !isFresh || isOver;
  const { data, failure } = useQuery('batch.again', isAsked ? { batch: head.id } : null, moment);
  return { isOver: isOver || (data?.changed ?? 0) > 0, again: data, failure };
}
