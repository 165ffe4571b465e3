import { type SiteVisit, sitePile } from '../../../../shared/domain/site/visit';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import { writeAtomically } from '../../../platform/atomic-write';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
import { notUsableNow } from '../signed-files/standing-now';
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
      readonly store: Pick<StoreCaller, 'call'>;
      watermark(): string;
    },
  ) {}

  /**
   * What was found is of then and stays; who was let pass and by now would not be is named beside it. Null when the dialog
   * was closed. Throws RECORD_MARKS_CHANGED where that changed before it was signed, EXPORT_TARGET, DISK_FULL, and what
   * SignedFiles.save throws.
   */
  async save(visit: SiteVisit): Promise<SavedFiles | null> {
    const { sessions, tables, jobs, signed, store, watermark } = this.parts;
    const { office, view } = sessions.demand();
    const marks = watermark();
    const { isPractice } = office;
    let asked: Promise<readonly number[]> | null = null;
    const lapsed = () => {
      asked ??= lapsedSince(store, visit);
      return asked;
    };
    return signed.save({
      record: 'site-record',
      auditKind: 'site-saved',
      stem: `现场核查记录-${isoFromDay(dayInShanghai(visit.startedMs))}`,
      subject: visit.place,
      rows: visit.people.length,
      files: {
        pdf: async (path, { traceId, by, atMs }) =>
          jobs.writeRecord(path, siteDocument(visit, by, await lapsed()), {
            traceId,
            office: office.office.name,
            requester: `${view.name} ${view.badge}`,
            createdAtMs: atMs,
            // The record says when each was checked; the data of the day of the saving had no part in it.
            dataAsOfMs: null,
            marks: { watermark: marks, traceId, isPractice },
          }),
        xlsx: async (path, frame) =>
          tables.write(siteSheet(path, visit, { ...frame, watermark: marks }, await lapsed())),
        json: async (path, { traceId, atMs }) =>
          writeAtomically(
            path,
            canonicalJson({
              format: 'fieldcert-site-record',
              version: 3,
              office: { code: office.office.code, name: office.office.name },
              device: office.deviceId,
              by: { badge: view.badge, name: view.name },
              isPractice,
              trace: traceId,
              visit,
              notInForceAtSaving: { atMs, people: await lapsed() },
            }),
          ),
      },
      demandCurrent: async () => {
        const now = await lapsedSince(store, visit);
        if (now.join() !== (await lapsed()).join()) throw new AppError('RECORD_MARKS_CHANGED');
      },
    });
  }
}

/** Numbers of the people who were let pass, and by one of whose certificates nobody may work at this moment. */
async function lapsedSince(
  store: Pick<StoreCaller, 'call'>,
  { people }: SiteVisit,
): Promise<readonly number[]> {
  const passed = people.filter(({ verdict }) => ['good', 'soon'].includes(sitePile(verdict)));
  const bad = await notUsableNow(
    store,
    passed.flatMap(({ certificates }) => certificates),
  );
  return passed
    .filter(({ certificates }) => certificates.some((id) => bad.has(id)))
    .map(({ n }) => n);
}
