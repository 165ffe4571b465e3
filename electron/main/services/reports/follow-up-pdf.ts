import { AppError } from '../../../../shared/errors/app-error';
import { dayInShanghai } from '../../../../shared/kernel/day';
import type { JobsCaller } from '../../clients/jobs-client';
import { beginPaper, type PaperParts } from '../record-pdf/paper';
import { type FollowUpLine, followUpSheets } from './follow-up-sheets';
import type { FollowUps } from './follow-ups';
import { listedItems } from './listed-items';

export interface FollowUpPdfParts extends PaperParts {
  readonly jobs: Pick<JobsCaller, 'writeRecords'>;
  readonly followUps: Pick<FollowUps, 'list'>;
}

export type FollowUpPdfEnd =
  | { readonly outcome: 'saved'; readonly traceId: string; readonly sheets: number }
  | { readonly outcome: 'cancelled' };

/** What is open on the list as a document for the visit: a sheet a company, masked as the pages are, logged before it is written. */
export class FollowUpPdf {
  constructor(private readonly parts: FollowUpPdfParts) {}

  /** Throws INPUT_INVALID where nothing is open, EMERGENCY_LEVEL, SLICE_EMPTY, EXPORT_TARGET and codes of the store. */
  async save(): Promise<FollowUpPdfEnd> {
    const { store, sessions, jobs } = this.parts;
    const session = sessions.demand();
    const open = (await this.parts.followUps.list()).filter(({ doneMs }) => doneMs === null);
    if (open.length === 0) throw new AppError('INPUT_INVALID', { field: 'items' });
    const paper = await beginPaper(this.parts, session);
    if (paper === null) return { outcome: 'cancelled' };
    const { traceId, createdAtMs } = paper.facts;
    const ids = open.flatMap(({ certificate }) => certificate ?? []);
    const items = await listedItems(store, ids);
    const lines: FollowUpLine[] = open.map((entry) => ({
      entry,
      item: entry.certificate === null ? null : (items.get(entry.certificate) ?? null),
    }));
    const sheets = followUpSheets(lines, dayInShanghai(createdAtMs));
    const certificates = lines.flatMap(({ item }) => (item === null ? [] : [item.id]));
    const payload = { traceId, certificates, entries: lines.length };
    const audit = { kind: 'follow-up-pdf', actor: session.view.userId, payload };
    await store.call('auditAppend', audit);
    this.parts.demandLeaving();
    await jobs.writeRecords(paper.path, sheets, paper.facts);
    this.parts.showFile(paper.path);
    return { outcome: 'saved', traceId, sheets: sheets.length };
  }
}
