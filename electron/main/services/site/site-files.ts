import type { SiteVisit } from '../../../../shared/domain/site/visit';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import { writeAtomically } from '../../../platform/atomic-write';
import type { JobsCaller } from '../../clients/jobs-client';
import type { TableClient } from '../../clients/table-client';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
import type { SyncService } from '../sync/sync';
import type { SessionHolder } from '../unlock/session';
import { siteDocument } from './site-document';
import { siteSheet } from './site-sheet';

/** The record of a visit as files: a document and a workbook to read and print, and the canonical record itself. */
export class SiteFiles {
  constructor(
    private readonly parts: {
      readonly sessions: SessionHolder;
      readonly tables: Pick<TableClient, 'write'>;
      readonly jobs: Pick<JobsCaller, 'writeRecord'>;
      readonly sync: Pick<SyncService, 'asOf'>;
      readonly signed: Pick<SignedFiles, 'save'>;
      watermark(): string;
    },
  ) {}

  /** Null when the dialog was closed. Throws SLICE_EMPTY, EXPORT_TARGET, DISK_FULL, and what SignedFiles.save throws. */
  async save(visit: SiteVisit): Promise<SavedFiles | null> {
    const { sessions, tables, jobs, sync, signed, watermark } = this.parts;
    const { office, view } = sessions.demand();
    const dataAsOfMs = await sync.asOf();
    if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
    const marks = watermark();
    const { isPractice } = office;
    return signed.save({
      record: 'site-record',
      auditKind: 'site-saved',
      stem: `现场核查记录-${isoFromDay(dayInShanghai(visit.startedMs))}`,
      subject: visit.place,
      rows: visit.people.length,
      files: {
        pdf: (path, { traceId, by, atMs }) =>
          jobs.writeRecord(path, siteDocument(visit, by), {
            traceId,
            office: office.office.name,
            requester: `${view.name} ${view.badge}`,
            createdAtMs: atMs,
            dataAsOfMs,
            marks: { watermark: marks, traceId, isPractice },
          }),
        xlsx: async (path, frame) => {
          const fault = await tables.write(siteSheet(path, visit, { ...frame, watermark: marks }));
          if (fault === 'ENOSPC') throw new AppError('DISK_FULL', { neededMb: 10 });
          if (fault !== null) throw new AppError('EXPORT_TARGET', {}, fault);
        },
        json: (path, { traceId }) =>
          writeAtomically(
            path,
            canonicalJson({
              format: 'fieldcert-site-record',
              version: 2,
              office: { code: office.office.code, name: office.office.name },
              device: office.deviceId,
              by: { badge: view.badge, name: view.name },
              isPractice,
              trace: traceId,
              visit,
            }),
          ),
      },
    });
  }
}
