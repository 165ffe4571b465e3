import { useCallback, useEffect, useRef, useState } from 'react';
import type { BatchVerdict } from '../../../shared/domain/batch/verdicts';
import type { BatchRowView } from '../../../shared/ipc/routes/batch';
import { invoke } from '../../lib/desk';

const PAGE = 200;

/** Rows of a batch, or those lines of it alone, by the page, as the table needs them. */
export function useBatchRows(
  batch: string,
  verdicts: readonly BatchVerdict[] | null,
  lines: readonly number[] | null,
) {
  const key = `${batch} ${verdicts?.join() ?? ''} ${lines?.join() ?? ''}`;
  const pages = useRef(new Map<number, readonly BatchRowView[]>());
  const asked = useRef(new Set<number>());
  const [total, setTotal] = useState(0);
  const [, setRound] = useState(0);
  const need = useCallback(
    (first: number, last: number) => {
      for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
        if (asked.current.has(page)) continue;
        asked.current.add(page);
        const input = {
          batch,
          verdicts: verdicts === null ? null : [...verdicts],
          ...(lines === null ? {} : { lines: [...lines] }),
          offset: page * PAGE,
          limit: PAGE,
        };
        void invoke('batch.rows', input).then((answer) => {
          if (!answer.ok) return;
          pages.current.set(page, answer.data.rows);
          setTotal(answer.data.total);
          setRound((round) => round + 1);
        });
      }
    },
    [batch, verdicts, lines],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is all of them by value
  useEffect(() => {
    pages.current = new Map();
    asked.current = new Set();
    setTotal(0);
    need(0, 0);
  }, [key]);
  const rowAt = useCallback(
    (index: number) => pages.current.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null,
    [],
  );
  return { total, need, rowAt };
}
