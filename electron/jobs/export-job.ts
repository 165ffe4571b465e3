import { readCertificate } from '../device/certificate';
import { prepareExport } from './package/builder';
import { ExportProblem } from './package/problem';
import type { ExportFailureKind, JobsEvent, JobsRequest, RowMessage } from './protocol';
import { createRowSource, feedFromPort, type RowPort, RowsProblem } from './row-source';

type Start = Extract<JobsRequest, { kind: 'export.start' }>;

/** One running export: what main can do to it. */
export interface ExportJob {
  push(message: RowMessage): void;
  signed(signature: Uint8Array): void;
  /** Ends it: by the person's wish, or because main sent something malformed. */
  cancel(reason: 'cancelled' | 'malformed'): void;
}

/** Starts an export and reports all of its life through `post`; it ends in `export.done` or `export.failed`. */
export function startExport(
  request: Start,
  rowPort: RowPort | undefined,
  post: (event: JobsEvent) => void,
  onEnd: () => void,
): ExportJob {
  const { jobId } = request;
  const controller = new AbortController();
  const { signal } = controller;
  let giveSignature: ((signature: Uint8Array) => void) | undefined;
  const source = createRowSource((batches) => {
    if (rowPort === undefined) post({ kind: 'export.more', jobId, batches });
    else rowPort.postMessage({ kind: 'more', batches });
  }, signal);
  if (rowPort !== undefined) feedFromPort(rowPort, source);

  function askSignature(
    step: 'report' | 'manifest',
    digest: Uint8Array,
    count: number,
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    const [leaf = new Uint8Array()] = request.certificates;
    const { algorithm } = readCertificate(leaf);
    if (algorithm === null) throw new Error('key type not supported');
    return new Promise((resolve, reject) => {
      giveSignature = (signature) => {
        giveSignature = undefined;
        resolve(signature);
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      post({ kind: 'export.sign', jobId, step, digest, algorithm, count });
    });
  }

  async function run(): Promise<void> {
    const prepared = await prepareExport({
      rows: source.batches,
      meta: request.meta,
      stagingDir: request.stagingDir,
      certificates: request.certificates,
      ...(request.recipient === undefined ? {} : { recipient: request.recipient }),
      signal,
      onProgress: (progress) => post({ kind: 'export.progress', jobId, ...progress }),
    });
    try {
      const { pdfDigest, count } = prepared;
      const first = pdfDigest === null ? null : await askSignature('report', pdfDigest, count);
      const digest = await prepared.embedPdfSignature(first);
      const second = await askSignature('manifest', digest, count);
      const published = await prepared.finish(second, request.targetPath);
      post({ kind: 'export.done', jobId, published });
    } catch (error) {
      await prepared.abort();
      throw error;
    }
  }

  run()
    .catch((error: unknown) => {
      const cause: unknown = signal.aborted ? signal.reason : error;
      const kind = failureKindOf(cause);
      const detail = cause instanceof Error ? cause.message.slice(0, 500) : 'unknown';
      post({ kind: 'export.failed', jobId, failure: { kind, detail } });
    })
    .finally(() => {
      rowPort?.close();
      onEnd();
    });

  return {
    push: source.push,
    signed: (signature) => giveSignature?.(signature),
    cancel: (reason) => {
      controller.abort(reason === 'malformed' ? new RowsProblem('malformed request') : undefined);
    },
  };
}

function failureKindOf(error: unknown): ExportFailureKind {
  if (error instanceof RowsProblem) return 'rows';
  if (error instanceof Error && error.name === 'AbortError') return 'cancelled';
  if (error instanceof ExportProblem) return error.kind === 'order' ? 'internal' : error.kind;
  return 'internal';
}
