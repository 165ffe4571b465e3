import type { SiteVisit } from '../../../../shared/domain/site/visit';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import { writeAtomically } from '../../../platform/atomic-write';
import type { JobsCaller } from '../../clients/jobs-client';
import type { TableClient } from '../../clients/table-client';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
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
      readonly signed: Pick<SignedFiles, 'save'>;
      watermark(): string;
    },
  ) {}

  /** Null when the dialog was closed. Throws EXPORT_TARGET, DISK_FULL, and what SignedFiles.save throws. */
  async save(visit: SiteVisit): Promise<SavedFiles | null> {
    const { sessions, tables, jobs, signed, watermark } = this.parts;
    const { office, view } = sessions.demand();
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
            // The record says when each was checked; the data of the day of the saving had no part in it.
            dataAsOfMs: null,
            marks: { watermark: marks, traceId, isPractice },
          }),
        xlsx: (path, frame) => tables.write(siteSheet(path, visit, { ...frame, watermark: marks })),
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
