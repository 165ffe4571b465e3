import { useCallback, useEffect, useMemo, useState } from 'react';
import type { BatchVerdict } from '../../../shared/domain/batch/verdicts';
import type { BatchRowView } from '../../../shared/ipc/routes/batch';
import { invoke } from '../../lib/desk';
import { PagedRows } from '../../lib/paged-rows';

const PAGE = 200;

/** Rows of a batch, or those lines of it alone, by the page, as the table needs them. */
export function useBatchRows(
  batch: string,
  verdicts: readonly BatchVerdict[] | null,
  lines: readonly number[] | null,
) {
  const key = `${batch} ${verdicts?.join() ?? ''} ${lines?.join() ?? ''}`;
  const [, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is all of them by value
  const rows = useMemo(
    () =>
      new PagedRows<BatchRowView>({
        size: PAGE,
        ask: (offset, limit) =>
          invoke('batch.rows', {
            batch,
            verdicts: verdicts === null ? null : [...verdicts],
            ...(lines === null ? {} : { lines: [...lines] }),
            offset,
            limit,
          }),
        changed: () => setRound((round) => round + 1),
      }),
    [key],
  );
  useEffect(() => {
    rows.begin();
    return () => rows.end();
  }, [rows]);
  const need = useCallback((first: number, last: number) => rows.need(first, last), [rows]);
  const rowAt = useCallback((index: number) => rows.rowAt(index), [rows]);
  const again = useCallback(() => rows.again(), [rows]);
  const { total, failure } = rows;
  return { total, failure, need, rowAt, again };
}
