import { join } from 'node:path';
import type { ExportMeta } from '../manifest';
import type { StatusCount } from '../pdf/cover';
import { packageAsOf } from '../pdf/head-look';
import { MAX_LISTED_ROWS } from '../pdf/report';
import { createCsvWriter } from './csv-writer';
import { columnsOf, type ExportRow } from './rows';
import { writeWorkbook } from './xlsx-writer';

export type ExportPhase = 'data' | 'report' | 'pack' | 'verify' | 'publish';

/** `total` is null while it is not known. */
export interface ExportProgress {
  readonly phase: ExportPhase;
  readonly done: number;
  readonly total: number | null;
}

export type ProgressOf = (progress: ExportProgress) => void;

export interface DataSummary {
  readonly count: number;
  readonly statusCounts: readonly StatusCount[];
  /** All rows when they fit the report, else the first of them. */
  readonly firstRows: readonly ExportRow[];
}

/** A package holds at most this many rows. */
export const MAX_ROWS = 1_000_000;

/**
 * Writes data.csv and data.xlsx in one pass over the rows, which were parsed where they came in (`row-source.ts`); memory does
 * not grow with their number. Throws `RangeError` above a million rows, or the signal's reason.
 */
export async function writeData(
  folder: string,
  meta: ExportMeta,
  batches: AsyncIterable<readonly ExportRow[]>,
  signal: AbortSignal,
  onProgress: ProgressOf | undefined,
): Promise<DataSummary> {
  const columns = columnsOf(meta.template?.columns);
  const csv = createCsvWriter(join(folder, 'data.csv'), columns, meta.traceId);
  const counts = new Map<string, StatusCount>();
  const firstRows: ExportRow[] = [];
  let count = 0;

  async function* counted(): AsyncGenerator<readonly ExportRow[]> {
    for await (const batch of batches) {
      signal.throwIfAborted();
      count += batch.length;
      if (count > MAX_ROWS) throw new RangeError('too many rows for a package');
      firstRows.push(...batch.slice(0, MAX_LISTED_ROWS - firstRows.length));
      for (const { status, statusLabel: label } of batch) {
        const before = counts.get(status)?.count ?? 0;
        counts.set(status, { status, label, count: before + 1 });
      }
      await csv.write(batch);
      onProgress?.({ phase: 'data', done: count, total: null });
      yield batch;
    }
  }

  try {
    const path = join(folder, 'data.xlsx');
    await writeWorkbook(path, columns, watermarkLine(meta), counted(), signal);
    await csv.finish();
  } catch (error) {
    csv.abort();
    throw error;
  }
  onProgress?.({ phase: 'data', done: count, total: count });
  const statusCounts = [...counts.values()].sort((a, b) => b.count - a.count);
  return { count, statusCounts, firstRows };
}

/** The line above the rows: who, when, which export, and as of when the figures are. */
export function watermarkLine(meta: ExportMeta): string {
  const mark = meta.practice ? '【练习·无效力】' : '';
  // Statuses without their day would be read as today's once the workbook is passed on.
  return `${mark}数据截至 ${packageAsOf(meta)}　${meta.watermark}　追溯编号 ${meta.traceId}　核验码 ${meta.verificationCode}`;
}
