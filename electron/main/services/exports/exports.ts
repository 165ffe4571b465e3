import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { Filter } from '../../../../shared/ipc/common';
import type { ExportMeta } from '../../../jobs/package/manifest';
import type { DeviceCaller } from '../../clients/device-client';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import { readIssuers } from '../tables/reference';
import type { Resources } from '../tables/resources';
import type { Admission } from '../tickets/admission';
import type { Admissions, Admitted } from '../tickets/admissions';
import { proofOf } from '../tickets/ticket-ledger';
import { type SigningChoices, signingChoices } from '../tokens/tokens';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type StagedFiles, stagedFiles } from './data-digest';
import { draftEntry, exportMeta, ledgerEntry, needsReview, signaturesOf } from './export-meta';
import type { ExportRecords } from './export-record';
import { exportRows } from './export-rows';
import { type ConfirmOutcome, codeOf, ExportRun, type RunEnd } from './export-run';
import { FileHandles } from './file-handles';
import type { Recipient, Recipients } from './recipients';

const SHOW_SIGNED_MS = 900;

export interface ExportsParts {
  readonly store: StoreCaller;
  readonly device: DeviceCaller;
  readonly jobs: JobsCaller;
  readonly sessions: SessionHolder;
  readonly admissions: Admissions;
  readonly recipients: Recipients;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  readonly resources: Resources;
  readonly rulePack: { readonly id: string; readonly version: string };
  readonly stagingDir: string;
  /** Ledger, audit log and outbox of what ended. */
  readonly records: Pick<ExportRecords, 'keep'>;
  /** Where packages go when the person does not choose; made when missing. */
  readonly defaultFolder: () => string;
  /** Asks for a folder; null when the person closed the dialog. */
  chooseFolder(): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  openSigningWindow(onClosed: () => void): Promise<void>;
  closeSigningWindow(): void;
  /** `name badge place time`, as the watermark of pages. */
  watermark(): string;
}

interface Going {
  readonly target: 'default' | 'choose';
  readonly recipient: Recipient | null;
}

interface Current {
  readonly admission: Admission;
  readonly jobId: string;
  readonly meta: ExportMeta;
  readonly count: number;
  readonly run: ExportRun;
  readonly exportIds: string[];
  readonly recipient: Recipient | null;
  staged: StagedFiles;
  isEnded: boolean;
}

/** Bulk exports: one at a time, from the scope to the sealed package and its ledger entry. */
export class ExportService implements SessionListener {
  private current: Current | null = null;
  private isStarting = false;
  private readonly handles = new FileHandles();

  constructor(private readonly parts: ExportsParts) {}

  async opened(): Promise<void> {
    // What a killed export left behind; a failure here must not keep anybody from working.
    await this.parts.jobs.sweep(this.parts.stagingDir).catch(() => undefined);
  }

  async closing(): Promise<void> {
    if (this.current !== null) await this.end(this.current, { outcome: 'cancelled' });
    this.parts.admissions.forget();
    this.parts.recipients.clear();
    this.parts.closeSigningWindow();
    this.handles.clear();
  }

  count(filter: Filter) {
    return this.parts.admissions.count(filter);
  }

  /** Begins the export that a factor was given for; the rest of its life comes as `exports.progressed`. */
  async start(
    factor: () => Promise<Admitted>,
    target: 'default' | 'choose',
    recipient: string | null = null,
  ) {
    if (this.current !== null || this.isStarting) throw new AppError('BUSY');
    this.isStarting = true;
    try {
      // Before a code is used up for it.
      const going = {
        target,
        recipient: recipient === null ? null : this.parts.recipients.demand(recipient),
      };
      const given = await factor();
      if (given.outcome !== 'admitted') return given;
      return { outcome: 'started' as const, ...(await this.begin(given.admission, going)) };
    } finally {
      this.isStarting = false;
    }
  }

  private async begin(admission: Admission, { target, recipient }: Going) {
    const { session, count, template } = admission;
    if (template.needsRecipient && recipient === null) throw new AppError('EXPORT_NEEDS_RECIPIENT');
    const { admissions } = this.parts;
    const folder = await this.folder(target);
    const { policy } = await admissions.said(session);
    const meta = await this.meta(admission, policy);
    if (this.parts.sessions.current?.view !== session.view) throw new AppError('LOCKED');
    const targetPath = join(folder, `${meta.traceId}.zip${recipient === null ? '' : '.p7m'}`);
    const draft = draftEntry(meta, count, targetPath);
    // Before any row is read: a kill between sealing and the ledger must not leave an unlogged export.
    await admissions.ledger.hold(admission, draft, admissions.limits(session, policy));
    try {
      return await this.prepare(admission, meta, targetPath, recipient);
    } catch (error) {
      await admissions.ledger.free(admission);
      throw error;
    }
  }

  private async prepare(
    admission: Admission,
    meta: ExportMeta,
    targetPath: string,
    recipient: Recipient | null,
  ) {
    const { count, wish } = admission;
    const jobId = randomUUID();
    const exportIds: string[] = [];
    const issuers = await readIssuers(this.parts.store);
    await mkdir(this.parts.stagingDir, { recursive: true, mode: 0o700 });
    const { jobs, device, stagingDir, events } = this.parts;
    const run = new ExportRun({
      jobId,
      meta,
      stagingDir,
      targetPath,
      recipient: recipient?.der ?? null,
      total: count,
      jobs,
      device,
      rows: () =>
        exportRows(this.parts, {
          filter: wish.filter,
          template: admission.template,
          exportIds,
          issuers,
          sliceRoot: meta.sliceRoot,
        }),
      needsReview: meta.review === true,
      demandFactor: async () => this.parts.admissions.demand(admission, meta.review === true),
      useFactor: async () => {
        if (current.isEnded) throw new AppError('CANCELLED');
        await this.parts.admissions.spend(admission, meta.review === true);
      },
      onProgress: (progress) => events.emit('exports.progressed', progress),
      onCrashed: (end) => void this.end(current, end),
    });
    const staged: StagedFiles = { files: [], digestWords: '' };
    const current: Current = {
      admission,
      jobId,
      meta,
      count,
      run,
      exportIds,
      recipient,
      staged,
      isEnded: false,
    };
    this.current = current;
    void this.makeReady(current);
    return { jobId, traceId: meta.traceId };
  }

  async cancel(jobId: string): Promise<void> {
    if (this.current?.jobId === jobId) await this.end(this.current, { outcome: 'cancelled' });
  }

  async history() {
    const entries = await this.parts.store.call('ledgerList', { limit: 200 });
    return entries.map((entry) => {
      const { path, packageSha256: _sha256, ...shown } = entry;
      return { ...shown, handle: this.handles.of(path) };
    });
  }

  show(handle: string): void {
    this.parts.showFile(this.handles.demand(handle));
  }

  /** What the signing window shows. Throws CANCELLED when there is nothing to sign any more. */
  signingRequest() {
    const { meta, count, staged, admission, recipient, run } = this.demandCurrent();
    const { id, way } = admission.ticket;
    return {
      traceId: meta.traceId,
      ticket: id,
      way,
      purposeClass: meta.purposeClass,
      purpose: meta.purpose,
      scope: meta.scope.description,
      count,
      fields: admission.template.columns.length,
      names: admission.template.names,
      masking: admission.template.masking,
      records: admission.template.records,
      requester: `${meta.requester.name} ${meta.requester.badge}`,
      files: staged.files.map((file) => ({ ...file })),
      digestWords: staged.digestWords,
      recipient: recipient?.shown ?? null,
      signatures: 2,
      review: meta.review === true ? { first: run.signedBy } : null,
      isPractice: meta.practice,
    };
  }

  choices(): Promise<SigningChoices> {
    return signingChoices(this.parts.device);
  }

  /** Signs what waits. `pin` is zeroed. */
  async confirm(tokenId: string, keyRef: string, pin: Uint8Array): Promise<ConfirmOutcome> {
    try {
      const current = this.demandCurrent();
      const { items, problem } = await this.choices();
      const choice = items.find(
        ({ shown }) => shown.tokenId === tokenId && shown.keyRef === keyRef,
      );
      if (choice === undefined) {
        return problem === 'TOKEN_NONE'
          ? { outcome: 'token-removed' }
          : { outcome: 'failed', code: problem ?? 'TOKEN_NO_CERTIFICATE' };
      }
      if (choice.shown.state !== 'usable') {
        return { outcome: 'failed', code: 'TOKEN_CERTIFICATE_UNUSABLE' };
      }
      const { answer, ended } = await current.run.confirm(choice, pin);
      if (ended !== null) await this.end(current, ended);
      return answer;
    } catch (error) {
      // The files still wait: the next try starts the device process again.
      if (!(error instanceof AppError) || error.code !== 'DEVICE_CRASHED') throw error;
      return { outcome: 'failed', code: error.code };
    } finally {
      pin.fill(0);
    }
  }

  async cancelSigning(): Promise<void> {
    if (this.current !== null) await this.end(this.current, { outcome: 'cancelled' });
  }

  private demandCurrent(): Current {
    if (this.current === null) throw new AppError('CANCELLED');
    return this.current;
  }

  /** Makes the files for the likeliest key, then asks the person. */
  private async makeReady(current: Current): Promise<void> {
    try {
      const { items } = await this.choices();
      const choice = items.find(({ shown }) => shown.state === 'usable' && !shown.isPinLocked);
      if (choice !== undefined) {
        const prepared = await current.run.prepare(choice);
        if (!('digest' in prepared)) {
          await this.end(current, prepared);
          return;
        }
        current.staged = await stagedFiles(this.parts.stagingDir);
      }
      if (current.isEnded) return;
      await this.parts.openSigningWindow(() => void this.end(current, { outcome: 'cancelled' }));
    } catch (error) {
      this.parts.log.error('export failed', { detail: String(error) });
      await this.end(current, { outcome: 'failed', code: codeOf(error) });
    }
  }

  /** The one end of every export: ledger, event, window, snapshot. */
  private async end(current: Current, end: RunEnd): Promise<void> {
    if (current.isEnded) return;
    current.isEnded = true;
    // A killed process cleans nothing up; the next export begins after it is done.
    if (end.outcome === 'failed' && end.code === 'JOBS_CRASHED') {
      await this.parts.jobs.sweep(this.parts.stagingDir).catch(() => undefined);
    }
    this.current = null;
    if (end.outcome === 'cancelled') current.run.cancel();
    // The window's own call has to be answered, and its person to read that it is done.
    const waitMs = end.outcome === 'sealed' ? SHOW_SIGNED_MS : 0;
    setTimeout(() => this.closeUnlessBusy(), waitMs).unref();
    for (const exportId of current.exportIds) {
      await this.parts.store.call('exportClose', { exportId }).catch(() => undefined);
    }
    // Signed with it or not: what was held and not spent may be used again.
    await this.parts.admissions.ledger.free(current.admission).catch(() => false);
    await this.note(current, end);
    const phase = end.outcome === 'sealed' ? 'done' : end.outcome;
    const error: ErrorCode | null = end.outcome === 'failed' ? end.code : null;
    const done = end.outcome === 'sealed' ? current.count : 0;
    const { jobId, meta, count } = current;
    const progress = { jobId, traceId: meta.traceId, phase, done, total: count, error } as const;
    this.parts.events.emit('exports.progressed', progress);
  }

  /** Another export may have opened the window meanwhile. */
  private closeUnlessBusy(): void {
    if (this.current === null) this.parts.closeSigningWindow();
  }

  private async note({ meta, count, admission }: Current, end: RunEnd): Promise<void> {
    const entry = ledgerEntry(meta, count, end);
    const { path: _path, ...payload } = entry;
    const audit = { kind: 'export', actor: meta.requester.badge, payload };
    const { scope, purposeClass } = admission.intent;
    // A ticket counts as used by what left the office.
    const more =
      end.outcome === 'sealed' ? { ...proofOf(admission), ...signaturesOf(end) } : { purposeClass };
    await this.parts.records.keep(entry, scope, audit, more).catch((error: unknown) => {
      this.parts.log.error('export not noted', { traceId: meta.traceId, detail: String(error) });
    });
  }

  private async folder(target: 'default' | 'choose'): Promise<string> {
    const folder =
      target === 'choose' ? await this.parts.chooseFolder() : this.parts.defaultFolder();
    if (folder === null) throw new AppError('CANCELLED');
    await mkdir(folder, { recursive: true }).catch(() => {
      throw new AppError('EXPORT_TARGET');
    });
    return folder;
  }

  private async meta(admission: Admission, policy: ExportPolicy): Promise<ExportMeta> {
    const { store, resources, rulePack, nowMs } = this.parts;
    const watermark = this.parts.watermark();
    const isReviewed = needsReview(admission, policy);
    return exportMeta(admission, {
      isReviewed,
      store,
      resources,
      rulePack,
      watermark,
      nowMs: nowMs(),
    });
  }
}
