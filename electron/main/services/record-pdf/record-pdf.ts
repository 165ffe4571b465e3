import { AppError } from '../../../../shared/errors/app-error';
import { newVerificationCode } from '../../../jobs/package/verification-code';
import type { JobsCaller } from '../../clients/jobs-client';
import type { OutboxService } from '../outbox/outbox';
import type { Resources } from '../tables/resources';
import type { Admissions } from '../tickets/admissions';
import { beginPaper, type PaperParts, readShownRecord } from './paper';
import { recordSheet } from './record-words';

export interface RecordPdfParts extends PaperParts {
  readonly jobs: Pick<JobsCaller, 'writeRecord'>;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly resources: Resources;
  readonly admissions: Pick<Admissions, 'said'>;
  /** Differs whenever marks or the emergency level did. */
  readonly marksNow: () => string;
}

export type RecordPdfEnd =
  | { readonly outcome: 'saved'; readonly traceId: string; readonly verificationCode: string }
  | { readonly outcome: 'cancelled' };

/** One record as a document, to be kept or printed: masked as the page shows it, logged and told before it is written. */
export class RecordPdf {
  constructor(private readonly parts: RecordPdfParts) {}

  /**
   * Throws INPUT_INVALID for a record that is not here, RECORD_MARKS_CHANGED, EMERGENCY_LEVEL, SLICE_EMPTY, EXPORT_TARGET, and codes of
   * store and outbox.
   */
  async save(id: number): Promise<RecordPdfEnd> {
    const { store, sessions, jobs, outbox, resources } = this.parts;
    const session = sessions.demand();
    const { verifyAt } = (await this.parts.admissions.said(session)).policy;
    const paper = await beginPaper(this.parts, session);
    if (paper === null) return { outcome: 'cancelled' };
    // Read behind the dialog, which may have been open for hours: what was revoked or marked meanwhile is on the paper.
    const marks = this.parts.marksNow();
    const demandMarks = () => {
      if (this.parts.marksNow() !== marks) throw new AppError('RECORD_MARKS_CHANGED');
    };
    const record = await readShownRecord(store, id);
    if (record === null) throw new AppError('INPUT_INVALID', { field: 'id' });
    demandMarks();
    const { traceId, createdAtMs } = paper.facts;
    const verificationCode = newVerificationCode();
    const told = { traceId, verificationCode, certificate: id, atMs: createdAtMs };
    const audit = { kind: 'record-pdf', actor: session.view.userId, payload: told };
    await outbox.tell('record-pdf', told, { audit });
    demandMarks();
    this.parts.demandLeaving();
    await jobs.writeRecord(paper.path, recordSheet(record, resources), {
      ...paper.facts,
      verificationCode,
      ...(verifyAt === undefined ? {} : { verifyAt }),
    });
    this.parts.showFile(paper.path);
    return { outcome: 'saved', traceId, verificationCode };
  }
}
