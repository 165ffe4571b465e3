import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { SheetJob } from '../../../jobs/tables/write-sheet';
import type { KeptRow } from '../../../store/batch-calls';
import type { TableClient } from '../../clients/table-client';
import type { SyncService } from '../sync/sync';
import type { BatchService } from './batch';
import { freePath, rowsSheet, type SheetFrame, summarySheet, templateSheet } from './workbooks';

const PAGE = 2_000;

export interface BatchFilesParts {
  readonly batches: Pick<BatchService, 'head' | 'rows'>;
  readonly sync: Pick<SyncService, 'asOf'>;
  readonly tables: Pick<TableClient, 'write'>;
  /** Name, badge, place and time, as on every page. */
  watermark(): string;
  chooseFolder(): Promise<string | null>;
  /** Shows the person where the file is. */
  showFile(path: string): void;
}

/** The workbooks of batch verification. They are no sealed export: masked, marked as unsigned, of one list only. */
export class BatchFiles {
  constructor(private readonly parts: BatchFilesParts) {}

  /** Name of the file that was written; null when the dialog was closed. Throws BATCH_GONE, EXPORT_TARGET. */
  async save(batch: string, as: 'rows' | 'summary'): Promise<string | null> {
    const { batches, chooseFolder } = this.parts;
    const head = await batches.head(batch);
    const folder = await chooseFolder();
    if (folder === null) return null;
    const day = isoFromDay(dayInShanghai(head.atMs));
    const path = freePath(folder, `${as === 'rows' ? '核验结果' : '核验汇总'}-${day}`);
    const frame = await this.frame();
    const job =
      as === 'summary'
        ? summarySheet(path, head, frame)
        : rowsSheet(path, head, await this.allRows(batch), frame);
    return this.write(job);
  }

  async template(): Promise<string | null> {
    const folder = await this.parts.chooseFolder();
    return folder === null ? null : this.write(templateSheet(freePath(folder, '核验名单模板')));
  }

  private async write(job: SheetJob): Promise<string> {
    const fault = await this.parts.tables.write(job);
    if (fault === 'ENOSPC') throw new AppError('DISK_FULL', { neededMb: 10 });
    if (fault !== null) throw new AppError('EXPORT_TARGET', {}, fault);
    this.parts.showFile(job.path);
    return basename(job.path);
  }

  private async allRows(batch: string): Promise<KeptRow[]> {
    const all: KeptRow[] = [];
    for (;;) {
      const { rows } = await this.parts.batches.rows({
        batch,
        verdicts: null,
        offset: all.length,
        limit: PAGE,
      });
      all.push(...rows);
      if (rows.length < PAGE) return all;
    }
  }

  private async frame(): Promise<SheetFrame> {
    const asOfMs = await this.parts.sync.asOf();
    const asOf = asOfMs === null ? '—' : isoFromDay(dayInShanghai(asOfMs));
    return { watermark: this.parts.watermark(), asOf };
  }
}
