import { useMemo, useState } from 'react';
import type { BatchAgain, BatchHead } from '../../../shared/ipc/routes/batch';
import { dayInShanghai } from '../../../shared/kernel/day';
import type { Failure } from '../../lib/desk';
import { useDesk } from '../../lib/desk-store';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { useBatch } from './batch-store';
import { type NowOfLine, nowOfLines } from './now-of-lines';

/**
 * Whether data, marks or the day are others than those a batch was judged by, and which of its rows read otherwise since.
 * A batch that was judged just now is not looked up a second time until something comes: while it was judged, or after it, whatever
 * page was open meanwhile.
 */
export function useBatchAgain(head: BatchHead): {
  readonly isOver: boolean;
  readonly again: BatchAgain | null;
  /** What the certificate of a line reads by now. */
  readonly now: (line: number) => NowOfLine;
  readonly failure: Failure | null;
} {
  const moment = useMoment();
  const fresh = useBatch((work) => (work.fresh?.id === head.id ? work.fresh.moment : null));
  const isOlder = useDesk(
    ({ sync, state }) =>
      (sync?.asOfMs ?? 0) > head.atMs || (state !== null && state.day !== dayInShanghai(head.atMs)),
  );
  // Marks, mended rows, rows that were signed before the check and came after it: seen by who has the list open.
  const [opened, setOpened] = useState({ id: head.id, atMs: head.atMs, moment });
  if (opened.id !== head.id || opened.atMs !== head.atMs)
    setOpened({ id: head.id, atMs: head.atMs, moment });
  const isOver = isOlder || (fresh ?? opened.moment) !== moment;
  const isAsked = fresh === null || isOver;
  const { state, data, failure } = useQuery(
    'batch.again',
    isAsked ? { batch: head.id } : null,
    moment,
  );
  // While it is asked again the answer of before is one of another moment: it colours no row.
  const answer = state === 'ready' ? data : null;
  const now = useMemo(
    () => (isAsked ? nowOfLines(answer) : () => 'same' as const),
    [isAsked, answer],
  );
  return { isOver: isOver || (data?.changed ?? 0) > 0, again: data, now, failure };
}
