import type { ProcessPort } from '../device/process-port';
import { serveCodes } from './codes/serve-codes';
import { type ExportJob, startExport } from './export-job';
import { writeRecordPdf } from './package/pdf/record-files';
import { sweepStaging } from './package/staging';
import { verifyFile } from './package/verify-document';
import { type JobsEvent, type JobsRequest, jobsRequestSchema } from './protocol';
import { isRowPort } from './row-source';
import { TableDesk } from './tables/serve-tables';

type RequestOf<K extends JobsRequest['kind']> = Extract<JobsRequest, { kind: K }>;

/** Serves the jobs protocol on a port until the process ends. */
export function serveJobs(port: ProcessPort): void {
  const exports = new Map<string, ExportJob>();
  const post = (event: JobsEvent) => port.postMessage(event);
  const tables = new TableDesk((event) => port.postMessage(event));

  function start(request: RequestOf<'export.start'>, ports: readonly unknown[]): void {
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
      const { path, trustRoots, revocationLists, ticketRoots } = request;
      const report = await verifyFile(path, { trustRoots, revocationLists, ticketRoots });
      post({ kind: 'package.verified', id: request.id, report });
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      post({ kind: 'package.unreadable', id: request.id, detail });
    }
  }

  async function writeRecord({ id, path, sheet, facts }: RequestOf<'record.pdf'>): Promise<void> {
    try {
      await writeRecordPdf(path, sheet, facts);
      post({ kind: 'record.written', id });
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
      post({ kind: 'record.failed', id, detail });
    }
  }

  function handle(request: JobsRequest, ports: readonly unknown[]): void {
    switch (request.kind) {
      case 'export.start':
        start(request, ports);
        return;
      case 'export.rows':
        exports.get(request.jobId)?.push(request.message);
        return;
      case 'export.signed':
        exports.get(request.jobId)?.signed(request.signature, request.review);
        return;
      case 'export.review':
        exports.get(request.jobId)?.review(request.certificates);
        return;
      case 'export.cancel':
        exports.get(request.jobId)?.cancel('cancelled');
        return;
      case 'package.verify':
        void verify(request);
        return;
      case 'table.open':
      case 'table.rows':
      case 'table.close':
      case 'table.write':
        tables.handle(request);
        return;
      case 'codes.read':
        void serveCodes(request, (event) => port.postMessage(event));
        return;
      case 'record.pdf':
        void writeRecord(request);
        return;
      case 'staging.sweep': {
        const { id, stagingDir } = request;
        void sweepStaging(stagingDir).then((count) => post({ kind: 'staging.swept', id, count }));
        return;
      }
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
        failure: { kind: 'internal', detail: 'malformed request' },
      });
  }

  port.onMessage((message, ports) => {
    const parsed = jobsRequestSchema.safeParse(message);
    if (parsed.success) handle(parsed.data, ports);
    else refuse(message);
  });
  post({ kind: 'ready' });
}
