import type { BatchVerdict } from '../../shared/domain/batch/verdicts';
import { AppError } from '../../shared/errors/app-error';
import type { BatchCalls, KeptRow } from './batch-calls';
import type { Threads } from './threads/threads';

/** Judges rows in one thread and keeps them by another: they go through the process that asked once, not three times. */
export async function batchStep(
  {
    journal,
    checker,
  }: Pick<Threads, 'journal'> & Pick<ReturnType<Threads['forReading']>, 'checker'>,
  { batch, rows: listed }: BatchCalls['batchStep'][0],
): Promise<BatchCalls['batchStep'][1]> {
  const judged = await checker.call('batchJudge', { rows: listed.map(({ about }) => about) });
  const counts: Partial<Record<BatchVerdict, number>> = {};
  const rows = listed.map(({ line, name, id }, i): KeptRow => {
    const one = judged[i];
    if (one === undefined) throw new AppError('INTERNAL', {}, 'batch: a row without its answer');
    counts[one.verdict] = (counts[one.verdict] ?? 0) + 1;
    return { line, name, id, ...one };
  });
  await journal.call('batchKeep', { batch, rows });
  return { counts };
}
