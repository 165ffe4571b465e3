import { AppError } from '../../../../shared/errors/app-error';
import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
import type { SyncService } from '../sync/sync';
import type { SessionHolder } from '../unlock/session';
import { type FollowUpLine, followUpSheets } from './follow-up-sheets';
import type { FollowUps } from './follow-ups';
import { listedItems } from './listed-items';
import { visitSheet } from './visit-sheet';

interface Parts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly followUps: Pick<FollowUps, 'list'>;
  readonly tables: Pick<TableClient, 'write'>;
  readonly jobs: Pick<JobsCaller, 'writeRecords'>;
  readonly sync: Pick<SyncService, 'asOf'>;
  readonly signed: Pick<SignedFiles, 'save'>;
  watermark(): string;
}

/**
 * The whole list of visits, what is open and what was ticked off, each entry with its reason, as a document and a
 * workbook: signed, logged, masked as the pages are. What it says of a certificate is asked of the store now.
 */
export class VisitFiles {
  constructor(private readonly parts: Parts) {}

  /** Null when the dialog was closed. Throws INPUT_INVALID for an empty list, SLICE_EMPTY, RECORD_MARKS_CHANGED, EXPORT_TARGET, DISK_FULL, and what SignedFiles.save throws. */
  async save(): Promise<SavedFiles | null> {
    const { sessions, followUps, jobs, tables, sync, signed, watermark } = this.parts;
    const { office, view } = sessions.demand();
    const entries = await followUps.list();
    if (entries.length === 0) throw new AppError('INPUT_INVALID', { field: 'items' });
    const dataAsOfMs = await sync.asOf();
    if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
    const ids = entries.flatMap(({ certificate }) => certificate ?? []);
    const items = await listedItems(this.parts.store, ids);
    const lines: FollowUpLine[] = entries.map((entry) => ({
      entry,
      item: entry.certificate === null ? null : (items.get(entry.certificate) ?? null),
    }));
    const marks = watermark();
    const { isPractice } = office;
    return signed.save({
      record: 'visit-list',
      auditKind: 'visits-saved',
      stem: `走访清单-${isoFromDay(dayInShanghai(dataAsOfMs))}`,
      subject: `走访清单 ${lines.length} 项`,
      rows: lines.length,
      files: {
        pdf: (path, { traceId, by, atMs }) =>
          jobs.writeRecords(path, followUpSheets(lines, dayInShanghai(atMs), by), {
            traceId,
            office: office.office.name,
            requester: `${view.name} ${view.badge}`,
            createdAtMs: atMs,
            dataAsOfMs,
            marks: { watermark: marks, traceId, isPractice },
          }),
        xlsx: (path, frame) =>
          tables.write(visitSheet(path, lines, { ...frame, dataAsOfMs, watermark: marks })),
      },
      demandCurrent: () => this.demandStatuses(ids, items),
    });
  }

  /** Throws RECORD_MARKS_CHANGED where a status is another one by now: a person thinks before the signing window. */
  private async demandStatuses(
    ids: readonly number[],
    said: ReadonlyMap<number, CertificateItem>,
  ): Promise<void> {
    const now = await listedItems(this.parts.store, ids);
    if (ids.some((id) => now.get(id)?.validity.status !== said.get(id)?.validity.status))
      throw new AppError('RECORD_MARKS_CHANGED');
  }
}
