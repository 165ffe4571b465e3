import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Answer } from '../../../../shared/ipc/define';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import { nextTraceId } from '../exports/trace-id';
import type { NowMs } from '../ports';
import type { SyncService } from '../sync/sync';
import type { SessionHolder } from '../unlock/session';
import { type FollowUpLine, followUpSheets } from './follow-up-sheets';
import type { FollowUps } from './follow-ups';

export interface FollowUpPdfParts {
  readonly store: StoreCaller;
  readonly jobs: Pick<JobsCaller, 'writeRecords'>;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  readonly sync: Pick<SyncService, 'asOf'>;
  readonly followUps: Pick<FollowUps, 'list'>;
  /** Asks where the document goes; null when the person closed the dialog. */
  chooseTarget(name: string): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  watermark(): string;
}

export type FollowUpPdfEnd =
  | { readonly outcome: 'saved'; readonly traceId: string; readonly sheets: number }
  | { readonly outcome: 'cancelled' };

/** What is open on the list as a document for the visit: a sheet a company, masked as the pages are, logged before it is written. */
export class FollowUpPdf {
  constructor(private readonly parts: FollowUpPdfParts) {}

  /** Throws INPUT_INVALID where nothing is open, SLICE_EMPTY, EXPORT_TARGET and codes of the store. */
  async save(): Promise<FollowUpPdfEnd> {
    const { store, sessions, jobs } = this.parts;
    const session = sessions.demand();
    const { view, office } = session;
    const open = (await this.parts.followUps.list()).filter(({ doneMs }) => doneMs === null);
    if (open.length === 0) throw new AppError('INPUT_INVALID', { field: 'items' });
    const dataAsOfMs = await this.parts.sync.asOf();
    if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
    const nowMs = this.parts.nowMs();
    const traceId = await nextTraceId(store, nowMs);
    const path = await this.parts.chooseTarget(`${traceId}.pdf`);
    if (path === null) return { outcome: 'cancelled' };
    if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
    const lines: FollowUpLine[] = [];
    for (const entry of open) lines.push({ entry, item: await this.read(entry.certificate) });
    const sheets = followUpSheets(lines);
    const certificates = lines.flatMap(({ item }) => (item === null ? [] : [item.id]));
    const payload = { traceId, certificates, entries: lines.length };
    const audit = { kind: 'follow-up-pdf', actor: view.userId, payload };
    await store.call('auditAppend', audit);
    await jobs.writeRecords(path, sheets, {
      traceId,
      office: office.office.name,
      requester: `${view.name} ${view.badge}`,
      createdAtMs: nowMs,
      dataAsOfMs,
      marks: { watermark: this.parts.watermark(), traceId, isPractice: office.isPractice },
    });
    this.parts.showFile(path);
    return { outcome: 'saved', traceId, sheets: sheets.length };
  }

  /** The store checks role and scope, and logs the look as it does for the page. Null for what is not here any more. */
  private async read(id: number | null): Promise<FollowUpLine['item']> {
    if (id === null) return null;
    const answer = (await this.parts.store.call('portRequest', {
      route: 'records.certificate',
      input: { id },
    })) as Answer<RouteOutput<'records.certificate'>>;
    if (!answer.ok) throw new AppError(answer.error.code, answer.error.params);
    return answer.data.record?.item ?? null;
  }
}
