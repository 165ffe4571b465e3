import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../../shared/errors/app-error';
import type { PublishedPackage } from '../../jobs/package/builder';
import type { ExportRow } from '../../jobs/package/data/rows';
import type { RecordSheet, SheetFacts } from '../../jobs/package/pdf/sheet-schema';
import type { VerificationReport } from '../../jobs/package/verify';
import type { JobsEvent, JobsRequest, RowMessage } from '../../jobs/protocol';
import { PendingCalls } from './pending-calls';
import type { ProcessLink, StartProcess } from './process-link';

type StartRequest = Extract<JobsRequest, { kind: 'export.start' }>;
type SignEvent = Extract<JobsEvent, { kind: 'export.sign' }>;
type FailedEvent = Extract<JobsEvent, { kind: 'export.failed' }>;

/** What an export tells while it runs. */
export interface ExportListener {
  onProgress(phase: string, done: number, total: number | null): void;
  /** Have the digest signed and answer by `signed`. */
  onSign(event: SignEvent): void;
  /** Everything is verified and nothing is in place yet: answer by `publish` or `cancel`. */
  onPublishing(): void;
  onDone(published: PublishedPackage): void;
  onFailed(
    failure: FailedEvent['failure'] | { readonly kind: 'crashed'; readonly detail: string },
  ): void;
}

export interface ExportHandle {
  /** `review`: the second person's, with the manifest's. */
  signed(signature: Uint8Array, review?: Uint8Array): void;
  /** Who signs second; the digest comes by `onSign`. */
  review(certificates: readonly Uint8Array[]): void;
  publish(): void;
  cancel(): void;
}

/** What services know of the process that builds and reads documents. */
export interface JobsCaller {
  startExport(
    request: Omit<StartRequest, 'kind' | 'rowsBy'>,
    rows: AsyncIterator<readonly ExportRow[]>,
    listener: ExportListener,
  ): ExportHandle;
  /** Rejects with PACKAGE_UNREADABLE or JOBS_CRASHED. `onProgress` is told the bytes that were compared, of how many. */
  verify(path: string, trust: VerifyTrust, onProgress?: OnBytes): Promise<VerificationReport>;
  /** Writes one record as a document. Rejects with EXPORT_TARGET or JOBS_CRASHED. */
  writeRecord(path: string, sheet: RecordSheet, facts: SheetFacts): Promise<void>;
  /** Several as one document, each on a page of its own; at most 501. */
  writeRecords(path: string, sheets: readonly RecordSheet[], facts: SheetFacts): Promise<void>;
  /** Ends the process and what it was at; resolves when it is gone and writes nothing any more, or after 2 s. */
  stop(): Promise<void>;
}

/** A killed process is gone within moments. */
const GONE_MS = 2_000;

type OnBytes = (done: number, total: number) => void;

/** What signatures are judged by, DER. */
export interface VerifyTrust {
  readonly roots: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
  /** Authorities of the servers whose export tickets count. */
  readonly ticketRoots: readonly Uint8Array[];
  /** The centre's countersignature of this package; without one that which lies beside it counts. */
  readonly receipt?: Uint8Array;
}

interface RunningExport {
  readonly rows: AsyncIterator<readonly ExportRow[]>;
  readonly listener: ExportListener;
}

/**
 * The jobs process: untrusted and heavy input is handled there and only there. Started at the first
 * job; a crash ends the jobs under way as JOBS_CRASHED, and the next job starts it again.
 */
export class JobsClient implements JobsCaller {
  private link: ProcessLink | null = null;
  /** Resolved when the process that was started last is gone. */
  private gone: Promise<void> = Promise.resolve();
  private readonly calls = new PendingCalls();
  private readonly exports = new Map<string, RunningExport>();
  private readonly looks = new Map<number, OnBytes>();

  constructor(private readonly startProcess: StartProcess) {}

  startExport(
    request: Omit<StartRequest, 'kind' | 'rowsBy'>,
    rows: AsyncIterator<readonly ExportRow[]>,
    listener: ExportListener,
  ): ExportHandle {
    const { jobId } = request;
    this.exports.set(jobId, { rows, listener });
    this.post({ kind: 'export.start', rowsBy: 'channel', ...request });
    return {
      signed: (signature, review) =>
        this.post({
          kind: 'export.signed',
          jobId,
          signature: signature as Uint8Array<ArrayBuffer>,
          ...(review === undefined ? {} : { review: review as Uint8Array<ArrayBuffer> }),
        }),
      review: (certificates) =>
        this.post({
          kind: 'export.review',
          jobId,
          certificates: certificates.slice(0, 8) as Uint8Array<ArrayBuffer>[],
        }),
      publish: () => this.post({ kind: 'export.publish', jobId }),
      cancel: () => this.post({ kind: 'export.cancel', jobId }),
    };
  }

  async verify(
    path: string,
    trust: VerifyTrust,
    onProgress?: OnBytes,
  ): Promise<VerificationReport> {
    let look = 0;
    const report = this.calls.start<VerificationReport>((id) => {
      look = id;
      if (onProgress !== undefined) this.looks.set(id, onProgress);
      this.post({
        kind: 'package.verify',
        id,
        path,
        trustRoots: [...trust.roots] as Uint8Array<ArrayBuffer>[],
        revocationLists: [...trust.revocationLists] as Uint8Array<ArrayBuffer>[],
        ticketRoots: [...trust.ticketRoots] as Uint8Array<ArrayBuffer>[],
        ...(trust.receipt === undefined
          ? {}
          : { receipt: trust.receipt as Uint8Array<ArrayBuffer> }),
      });
    });
    try {
      return await report;
    } finally {
      this.looks.delete(look);
    }
  }

  async writeRecord(path: string, sheet: RecordSheet, facts: SheetFacts): Promise<void> {
    await this.writeRecords(path, [sheet], facts);
  }

  async writeRecords(
    path: string,
    sheets: readonly RecordSheet[],
    facts: SheetFacts,
  ): Promise<void> {
    await this.calls.start((id) =>
      this.post({ kind: 'record.pdf', id, path, sheets: [...sheets], facts }),
    );
  }

  async stop(): Promise<void> {
    const { link, gone } = this;
    this.link = null;
    link?.kill();
    this.crashed('ended at lock');
    // Who locks does not wait for a process that the kernel holds in a broken disk.
    await Promise.race([gone, setTimeout(GONE_MS, undefined, { ref: false })]);
  }

  private post(request: JobsRequest): void {
    this.link ??= this.start();
    this.link.post(request);
  }

  private start(): ProcessLink {
    const link = this.startProcess();
    link.onMessage((message) => this.receive(message as JobsEvent));
    this.gone = new Promise((resolve) => {
      link.onExit(() => {
        resolve();
        if (this.link !== link) return;
        this.link = null;
        this.crashed('process ended');
      });
    });
    return link;
  }

  private crashed(detail: string): void {
    this.calls.rejectAll(new AppError('JOBS_CRASHED', {}, detail));
    const running = [...this.exports.values()];
    this.exports.clear();
    for (const { listener } of running) listener.onFailed({ kind: 'crashed', detail });
  }

  private receive(event: JobsEvent): void {
    switch (event.kind) {
      case 'ready':
        return;
      case 'package.progress':
        this.looks.get(event.id)?.(event.done, event.total);
        return;
      case 'package.verified':
        this.calls.resolve(event.id, event.report);
        return;
      case 'package.unreadable':
        this.calls.reject(event.id, new AppError('PACKAGE_UNREADABLE', {}, event.detail));
        return;
      case 'record.failed':
        this.calls.reject(event.id, new AppError('EXPORT_TARGET', {}, event.detail));
        return;
      case 'record.written':
        this.calls.resolve(event.id, null);
        return;
      default:
        this.receiveOfExport(event);
    }
  }

  private receiveOfExport(event: Extract<JobsEvent, { readonly jobId: string }>): void {
    const running = this.exports.get(event.jobId);
    if (running === undefined) return;
    const { listener } = running;
    switch (event.kind) {
      case 'export.more':
        void this.feed(event.jobId, running.rows, event.batches);
        return;
      case 'export.progress':
        listener.onProgress(event.phase, event.done, event.total);
        return;
      case 'export.sign':
        listener.onSign(event);
        return;
      case 'export.publishing':
        listener.onPublishing();
        return;
      case 'export.done':
        this.exports.delete(event.jobId);
        listener.onDone(event.published);
        return;
      case 'export.failed':
        this.exports.delete(event.jobId);
        listener.onFailed(event.failure);
        return;
    }
  }

  /** Sends as many batches as the process has room for. */
  private async feed(
    jobId: string,
    rows: AsyncIterator<readonly ExportRow[]>,
    batches: number,
  ): Promise<void> {
    try {
      for (let left = batches; left > 0 && this.exports.has(jobId); left--) {
        const next = await rows.next();
        const message: RowMessage =
          next.done === true ? { kind: 'end' } : { kind: 'rows', rows: [...next.value] };
        this.post({ kind: 'export.rows', jobId, message });
        if (next.done === true) return;
      }
    } catch {
      // The store failed; its error was logged where it happened, the job ends without a file.
      if (this.exports.has(jobId))
        this.post({ kind: 'export.rows', jobId, message: { kind: 'fail' } });
    }
  }
}
