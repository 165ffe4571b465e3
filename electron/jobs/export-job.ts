import { readCertificate } from '../device/certificate';
import { type PreparedExport, prepareExport } from './package/builder';
import { ExportProblem } from './package/problem';
import type { ExportFailureKind, JobsEvent, JobsRequest, RowMessage } from './protocol';
import { createRowSource, feedFromPort, type RowPort, RowsProblem } from './row-source';

type Start = Extract<JobsRequest, { kind: 'export.start' }>;

interface Given {
  readonly signature: Uint8Array;
  readonly review?: Uint8Array;
}

/** One running export: what main can do to it. */
export interface ExportJob {
  push(message: RowMessage): void;
  signed(signature: Uint8Array, review?: Uint8Array): void;
  /** Who signs second; answered by `export.sign`. */
  review(certificates: readonly Uint8Array[]): void;
  /** The package that was announced may be renamed into place. */
  publish(): void;
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
  let giveSignature: ((given: Given) => void) | undefined;
  let allowPublish: (() => void) | undefined;
  let prepared: PreparedExport | undefined;
  const source = createRowSource((batches) => {
    if (rowPort === undefined) post({ kind: 'export.more', jobId, batches });
    else rowPort.postMessage({ kind: 'more', batches });
  }, signal);
  if (rowPort !== undefined) feedFromPort(rowPort, source);

  function askSignature(
    step: 'report' | 'manifest',
    digest: Uint8Array,
    count: number,
  ): Promise<Given> {
    signal.throwIfAborted();
    const [leaf = new Uint8Array()] = request.certificates;
    const { algorithm } = readCertificate(leaf);
    if (algorithm === null) throw new Error('key type not supported');
    return new Promise((resolve, reject) => {
      giveSignature = (given) => {
        giveSignature = undefined;
        resolve(given);
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      post({ kind: 'export.sign', jobId, step, digest, algorithm, count });
    });
  }

  /** Asks main, which knows what changed since the rows were read. */
  function mayPublish(): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      allowPublish = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      post({ kind: 'export.publishing', jobId });
    });
  }

  async function run(): Promise<void> {
    const made = await prepareExport({
      rows: source.batches,
      meta: request.meta,
      ...(request.board === undefined ? {} : { board: request.board }),
      stagingDir: request.stagingDir,
      certificates: request.certificates,
      ...(request.recipient === undefined ? {} : { recipient: request.recipient }),
      signal,
      onProgress: (progress) => post({ kind: 'export.progress', jobId, ...progress }),
      mayPublish,
    });
    try {
      prepared = made;
      const { pdfDigest, count } = made;
      const first = pdfDigest && (await askSignature('report', pdfDigest, count)).signature;
      const digest = await made.embedPdfSignature(first);
      const { signature, review } = await askSignature('manifest', digest, count);
      const published = await made.finish(signature, request.targetPath, review);
      post({ kind: 'export.done', jobId, published });
    } catch (error) {
      await made.abort();
      throw error;
    }
  }

  async function askReview(certificates: readonly Uint8Array[]): Promise<void> {
    if (prepared === undefined) throw new Error('nothing to review yet');
    const digest = await prepared.reviewDigest(certificates);
    const { algorithm } = readCertificate(certificates[0] ?? new Uint8Array());
    if (algorithm === null) throw new Error('key type not supported');
    post({ kind: 'export.sign', jobId, step: 'review', digest, algorithm, count: prepared.count });
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
    signed: (signature, review) =>
      giveSignature?.(review === undefined ? { signature } : { signature, review }),
    // Main asks for a second person that it judged itself: a refusal here ends the export.
    review: (certificates) =>
      void askReview(certificates).catch((error: unknown) => controller.abort(error)),
    publish: () => allowPublish?.(),
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
