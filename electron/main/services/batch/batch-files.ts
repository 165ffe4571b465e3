import { basename } from 'node:path';
import { pileOf } from '../../../../shared/domain/batch/verdicts';
import { AppError } from '../../../../shared/errors/app-error';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { KeptRow } from '../../../store/batch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
import { notUsableNow } from '../signed-files/standing-now';
import type { BatchService } from './batch';
import { freePath, rowsSheet, summarySheet, templateSheet } from './workbooks';

const PAGE = 2_000;

export interface BatchFilesParts {
  readonly batches: Pick<BatchService, 'head' | 'rows'>;
  readonly tables: Pick<TableClient, 'write'>;
  readonly signed: Pick<SignedFiles, 'save'>;
  readonly store: Pick<StoreCaller, 'call'>;
  /** Name, badge, place and time, as on every page. */
  watermark(): string;
  chooseFolder(): Promise<string | null>;
  /** Shows the person where the file is. */
  showFile(path: string): void;
}

/** The workbooks of batch verification. They are no sealed export: masked, of one list only, signed beside. */
export class BatchFiles {
  constructor(private readonly parts: BatchFilesParts) {}

  /**
   * Null when the dialog was closed. Throws BATCH_GONE, BATCH_OUTDATED where a row says in force and its certificate is not
   * any more, EXPORT_TARGET, and what SignedFiles.save throws.
   */
  async save(batch: string, as: 'rows' | 'summary'): Promise<SavedFiles | null> {
    const { batches, tables, signed, watermark } = this.parts;
    const head = await batches.head(batch);
    const day = isoFromDay(dayInShanghai(head.atMs));
    const rows = await this.allRows(batch);
    return signed.save({
      record: 'batch-result',
      auditKind: 'batch-saved',
      stem: `${as === 'rows' ? '核验结果' : '核验汇总'}-${day}`,
      subject: head.title,
      rows: head.rows,
      files: {
        xlsx: async (path, { traceId, by }) => {
          await this.demandStanding(rows);
          const frame = { watermark: watermark(), traceId, by };
          await tables.write(
            as === 'summary' ? summarySheet(path, head, frame) : rowsSheet(path, head, rows, frame),
          );
        },
      },
      // A person thinks before the signing window, and a mark may come meanwhile.
      demandCurrent: () => this.demandStanding(rows),
    });
  }

  /**
   * Nobody signs as in force what by now is not: ended, revoked or under verification since the list was checked, or never to
   * be asked again because it does not say by what it was judged. Throws BATCH_OUTDATED.
   */
  private async demandStanding(rows: readonly KeptRow[]): Promise<void> {
    const good = rows
      .filter(({ verdict }) => ['good', 'soon'].includes(pileOf(verdict)))
      .map(({ certificateId, among }) => among ?? (certificateId === null ? [] : [certificateId]));
    const bad = await notUsableNow(this.parts.store, good.flat());
    const count = good.filter((ids) => ids.length === 0 || ids.some((id) => bad.has(id))).length;
    if (count > 0) throw new AppError('BATCH_OUTDATED', { count });
  }

  async template(): Promise<string | null> {
    const folder = await this.parts.chooseFolder();
    if (folder === null) return null;
    const path = freePath(folder, '核验名单模板');
    await this.parts.tables.write(templateSheet(path));
    this.parts.showFile(path);
    return basename(path);
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
}
