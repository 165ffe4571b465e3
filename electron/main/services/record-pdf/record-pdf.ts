import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Answer } from '../../../../shared/ipc/define';
import { newVerificationCode } from '../../../jobs/package/verification-code';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import { nextTraceId } from '../exports/trace-id';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { SyncService } from '../sync/sync';
import type { Resources } from '../tables/resources';
import type { Admissions } from '../tickets/admissions';
import type { SessionHolder } from '../unlock/session';
import { recordSheet } from './record-words';

export interface RecordPdfParts {
  readonly store: StoreCaller;
  readonly jobs: Pick<JobsCaller, 'writeRecord'>;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly resources: Resources;
  readonly nowMs: NowMs;
  readonly sync: Pick<SyncService, 'asOf'>;
  readonly admissions: Pick<Admissions, 'said'>;
  /** Asks where the document goes; null when the person closed the dialog. */
  chooseTarget(name: string): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  watermark(): string;
}

export type RecordPdfEnd =
  | { readonly outcome: 'saved'; readonly traceId: string; readonly verificationCode: string }
  | { readonly outcome: 'cancelled' };

/** One record as a document, to be kept or printed: masked as the page shows it, logged and told before it is written. */
export class RecordPdf {
  constructor(private readonly parts: RecordPdfParts) {}

  /** Throws INPUT_INVALID for a record that is not here, SLICE_EMPTY, EXPORT_TARGET, and codes of store and outbox. */
  async save(id: number): Promise<RecordPdfEnd> {
    const { store, sessions, jobs, outbox, resources } = this.parts;
    const session = sessions.demand();
    const nowMs = this.parts.nowMs();
    // The store checks role and scope, and logs the look as it does for the page.
    const input = { route: 'records.certificate', input: { id } };
    const answer = (await store.call('portRequest', input)) as Answer<
      RouteOutput<'records.certificate'>
    >;
    if (!answer.ok) throw new AppError(answer.error.code, answer.error.params);
    const { record } = answer.data;
    if (record === null) throw new AppError('INPUT_INVALID', { field: 'id' });
    const dataAsOfMs = await this.parts.sync.asOf();
    if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
    const { verifyAt } = (await this.parts.admissions.said(session)).policy;
    const traceId = await nextTraceId(store, nowMs);
    const path = await this.parts.chooseTarget(`${traceId}.pdf`);
    if (path === null) return { outcome: 'cancelled' };
    if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
    const verificationCode = newVerificationCode();
    const { view, office } = session;
    const told = { traceId, verificationCode, certificate: id, atMs: nowMs };
    const audit = { kind: 'record-pdf', actor: view.userId, payload: told };
    await outbox.tell('record-pdf', told, { audit });
    await jobs.writeRecord(path, recordSheet(record, resources), {
      traceId,
      verificationCode,
      ...(verifyAt === undefined ? {} : { verifyAt }),
      office: office.office.name,
      requester: `${view.name} ${view.badge}`,
      createdAtMs: nowMs,
      dataAsOfMs,
      marks: { watermark: this.parts.watermark(), traceId, isPractice: office.isPractice },
    });
    this.parts.showFile(path);
    return { outcome: 'saved', traceId, verificationCode };
  }
}
