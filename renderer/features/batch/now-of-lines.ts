import type { Status } from '../../../shared/domain/model';
import type { BatchAgain } from '../../../shared/ipc/routes/batch';

/**
 * What the certificate of a line reads by now: as it did, another status, not among the data any more (null), or unsaid, where
 * nobody looked yet or the answer ends before that line.
 */
export type NowOfLine = Status | null | 'same' | 'unsaid';

/** By line of a list what its certificate reads by now. An answer names the first of its changed lines alone: behind them nothing is known. */
export function nowOfLines(again: BatchAgain | null): (line: number) => NowOfLine {
  if (again === null) return () => 'unsaid';
  const changed = new Map(again.rows.map(({ line, now }) => [line, now]));
  const isWhole = again.changed <= again.rows.length;
  const last = isWhole ? Number.POSITIVE_INFINITY : (again.rows.at(-1)?.line ?? 0);
  return (line) => {
    const now = changed.get(line);
    if (now !== undefined) return now;
    return line <= last ? 'same' : 'unsaid';
  };
}
