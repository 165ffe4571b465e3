import { columnsOf, type ExportRow } from '../../../electron/jobs/package/data/rows';
import { writeWorkbook } from '../../../electron/jobs/package/data/xlsx-writer';
import type { Task } from '../frame/child';
import { MemoryWatch } from '../frame/memory';

export interface WorkbookJob {
  readonly path: string;
  /** Rows to begin with; they repeat until there are `count`. */
  readonly rows: readonly ExportRow[];
  readonly count: number;
}
export interface WorkbookResult {
  readonly seconds: number;
  readonly rssRiseMb: number;
}

async function* repeated(
  rows: readonly ExportRow[],
  count: number,
): AsyncGenerator<readonly ExportRow[]> {
  for (let left = count; left > 0; left -= rows.length) yield rows.slice(0, left);
}

/** The workbook writer alone: no store, no text file, no report, no digests, no signature. */
async function write({ path, rows, count }: WorkbookJob): Promise<WorkbookResult> {
  const watch = new MemoryWatch([process.pid]);
  const start = performance.now();
  await writeWorkbook(
    path,
    columnsOf(undefined),
    '',
    repeated(rows, count),
    new AbortController().signal,
  );
  const seconds = (performance.now() - start) / 1_000;
  return { seconds, rssRiseMb: watch.stop() };
}

export const workbookTask: Task<WorkbookJob, WorkbookResult> = {
  name: 'workbook',
  calls: { run: write },
};
