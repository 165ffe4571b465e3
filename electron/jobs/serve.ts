import type { ProcessPort } from '../device/process-port';
import { serveCodes } from './codes/serve-codes';
import type { ExportJob } from './export-job';
import { type JobsEvent, type JobsRequest, jobsRequestSchema } from './protocol';
import { isRowPort } from './row-source';
import { TableDesk } from './tables/serve-tables';

/** How often a page hears how far a long look is. */
const PROGRESS_MS = 200;

type RequestOf<K extends JobsRequest['kind']> = Extract<JobsRequest, { kind: K }>;

/**
 * Serves the jobs protocol on a port until the process ends. What writes and reads documents is loaded with the first
 * job that needs it: its libraries cost most of a second, and every unlocked desk starts this process.
 */
export function serveJobs(port: ProcessPort): void {
  const exports = new Map<string, ExportJob>();
  const post = (event: JobsEvent) => port.postMessage(event);
  const tables = new TableDesk((event) => port.postMessage(event));

  async function start(
    request: RequestOf<'export.start'>,
    ports: readonly unknown[],
  ): Promise<void> {
    const { startExport } = await import('./export-job');
    const { jobId } = request;
    const [rowPort] = ports;
    const hasPort = isRowPort(rowPort);
    if (exports.has(jobId) || (request.rowsBy === 'port' && !hasPort)) {
      const detail = exports.has(jobId) ? 'job id in use' : 'no port came along';
      post({ kind: 'export.failed', jobId, failure: { kind: 'internal', detail } });
      return;
    }
    const job = startExport(request, hasPort ? rowPort : undefined, post, () =>
      exports.delete(jobId),
    );
    exports.set(jobId, job);
  }

  async function verify(request: RequestOf<'package.verify'>): Promise<void> {
    try {
      const { verifyFile } = await import('./package/verify-document');
      const { path, trustRoots, revocationLists, ticketRoots, receipt } = request;
      const given = receipt === undefined ? {} : { receipt };
      const { id } = request;
      let toldMs = 0;
      const onProgress = (done: number, total: number) => {
        if (performance.now() - toldMs < PROGRESS_MS) return;
        toldMs = performance.now();
        post({ kind: 'package.progress', id, done, total });
      };
      const options = { trustRoots, revocationLists, ticketRoots, onProgress, ...given };
      const report = await verifyFile(path, options);
      post({ kind: 'package.verified', id: request.id, report });
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      post({ kind: 'package.unreadable', id: request.id, detail });
    }
  }

  async function writeRecord({ id, path, sheets, facts }: RequestOf<'record.pdf'>): Promise<void> {
    try {
      const { writeRecordPdf } = await import('./package/pdf/record-files');
      await writeRecordPdf(path, sheets, facts);
      post({ kind: 'record.written', id });
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
      post({ kind: 'record.failed', id, detail });
    }
  }

  /** A promise where what follows has to wait until it was taken in. */
  function handle(request: JobsRequest, ports: readonly unknown[]): Promise<void> | undefined {
    switch (request.kind) {
      case 'export.start':
        return start(request, ports);
      case 'export.rows':
        exports.get(request.jobId)?.push(request.message);
        return undefined;
      case 'export.signed':
        exports.get(request.jobId)?.signed(request.signature, request.review);
        return undefined;
      case 'export.review':
        exports.get(request.jobId)?.review(request.certificates);
        return undefined;
      case 'export.publish':
        exports.get(request.jobId)?.publish();
        return undefined;
      case 'export.cancel':
        exports.get(request.jobId)?.cancel('cancelled');
        return undefined;
      case 'package.verify':
        void verify(request);
        return undefined;
      case 'table.open':
      case 'table.rows':
      case 'table.listed':
      case 'table.try':
      case 'table.close':
      case 'table.write':
        tables.handle(request);
        return undefined;
      case 'codes.read':
        void serveCodes(request, (event) => port.postMessage(event));
        return undefined;
      case 'record.pdf':
        void writeRecord(request);
        return undefined;
    }
  }

  /** A malformed request of an export must end that export: main would wait for ever. */
  function refuse(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('jobId' in message)) return;
    const { jobId } = message;
    if (typeof jobId !== 'string') return;
    const job = exports.get(jobId);
    if (job !== undefined) job.cancel('malformed');
    else
      post({
        kind: 'export.failed',
        jobId,
        failure: {
          kind: 'internal',
          detail: 'malformed request, or its part of the program does not load',
        },
      });
  }

  function take(message: unknown, ports: readonly unknown[]): Promise<void> | undefined {
    const parsed = jobsRequestSchema.safeParse(message);
    if (parsed.success) return handle(parsed.data, ports);
    refuse(message);
    return undefined;
  }

  // In the order in which they came: rows and a signature follow a start that may have to load first.
  let turn: Promise<void> = Promise.resolve();
  port.onMessage((message, ports) => {
    // What cannot be loaded ends that job alone.
    turn = turn.then(() => take(message, ports)).catch(() => refuse(message));
  });
  post({ kind: 'ready' });
}
