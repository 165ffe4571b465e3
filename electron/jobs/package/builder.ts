import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCertificate } from '../../device/certificate';
import { type BoardSheet, figuresOf } from './board/sheet';
import { BOARD_FIELDS, writeBoard } from './board/write-board';
import { CMS_ALGORITHMS, digestBytes } from './cms/algorithms';
import { buildCms, type CmsSigner, cmsSigner, digestToSign, signedAttributes } from './cms/build';
import { holds } from './cms/verify';
import { columnsOf, type ExportRow } from './data/rows';
import { type DataSummary, type ProgressOf, writeData } from './data/write-data';
import { digestFile } from './digests';
import { BOARD_FILE, DATA_FILES, packageFiles, REVIEW_FILE } from './layout';
import { type ExportMeta, encodeManifest, exportMetaSchema, type Manifest } from './manifest';
import { embedSignature } from './pdf/placeholder';
import { type PreparedReport, prepareReport } from './pdf/prepare-report';
import { writeRecordFiles } from './pdf/record-files';
import { ExportProblem } from './problem';
import { publishPackage } from './publish';
import { reviewFault } from './review';

export interface PrepareRequest {
  readonly rows: AsyncIterable<readonly ExportRow[]>;
  readonly meta: ExportMeta;
  /** Figures in place of rows, for a package whose meta says that it is a board. */
  readonly board?: BoardSheet;
  /** A private folder of the product; each export works in a folder of its own inside. */
  readonly stagingDir: string;
  /** Signer's certificate first, then its issuers as far as known. */
  readonly certificates: readonly Uint8Array[];
  /** DER; the package is encrypted to it and leaves as `.p7m`. Main judged it (`recipientFault`). */
  readonly recipient?: Uint8Array;
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressOf;
  /** The last word of who asked, when the package is whole and lies beside its target. */
  readonly mayPublish?: () => Promise<void>;
}

/** What the token signs first; null for SM2 keys, whose report stays unsigned. */
export interface PreparedExport {
  readonly count: number;
  readonly pdfDigest: Uint8Array | null;
  /** Takes the first signature (null where `pdfDigest` was) and answers the manifest's digest. */
  embedPdfSignature(signature: Uint8Array | null): Promise<Uint8Array>;
  /**
   * The digest that a second person signs for the same manifest, by the certificates of that person's key. May be
   * asked again for another key. Throws `ExportProblem` for one that is no second person's.
   */
  reviewDigest(certificates: readonly Uint8Array[]): Promise<Uint8Array>;
  /**
   * Takes the manifest's signature, and the second person's where `meta.review` asks for one; verifies everything,
   * publishes `targetPath` by a rename.
   */
  finish(signature: Uint8Array, targetPath: string, review?: Uint8Array): Promise<PublishedPackage>;
  /** Leaves nothing; safe at any time, also after a failure. */
  abort(): Promise<void>;
}

export interface PublishedPackage {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly manifestSha256: string;
  readonly manifest: Manifest;
}

/**
 * Phase A of an export: writes the data files and the unsigned report into staging and answers the digest for the
 * first signature. The private key never comes here: the caller takes each digest to the token.
 * Throws `ExportProblem`, `ZodError` for bad meta, or the signal's reason; staging is clean afterwards.
 */
export async function prepareExport(request: PrepareRequest): Promise<PreparedExport> {
  const meta = exportMetaSchema.parse(request.meta);
  const signer = cmsSigner(request.certificates);
  const folder = join(request.stagingDir, `export-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const { board } = request;
    if ((board === undefined) !== (meta.board === undefined))
      throw new ExportProblem('order', 'figures and meta do not match');
    const summary =
      board === undefined
        ? await writeData(folder, meta, request.rows, request.signal, request.onProgress)
        : await writeBoard(folder, meta, board, request);
    if (summary.count === 0) throw new ExportProblem('empty', 'no rows');
    const { signal, onProgress, recipient } = request;
    const total = summary.count;
    const onRow = (done: number) => onProgress?.({ phase: 'report', done, total });
    const columns = columnsOf(meta.template?.columns);
    const rows = summary.firstRows;
    const records =
      board === undefined
        ? await writeRecordFiles({ folder, meta, rows, columns, signal, onRow })
        : [BOARD_FILE];
    const named = recipient === undefined ? {} : { recipient: namedRecipient(recipient) };
    const pdf = await prepareReport(folder, { ...meta, ...named }, signer, summary, request, board);
    const files = [...DATA_FILES, ...records];
    return new Export(
      { folder, meta: { ...meta, ...named }, board, signer, summary, files, pdf },
      request,
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Parts {
  readonly folder: string;
  readonly meta: ExportMeta & Pick<Manifest, 'recipient'>;
  readonly board: BoardSheet | undefined;
  readonly signer: CmsSigner;
  readonly summary: DataSummary;
  /** What the manifest describes, in its order. */
  readonly files: readonly string[];
  readonly pdf: PreparedReport | undefined;
}

type Stage = 'report' | 'manifest' | 'done';

class Export implements PreparedExport {
  readonly count: number;
  readonly pdfDigest: Uint8Array | null;
  #stage: Stage = 'report';
  #manifest:
    | { readonly value: Manifest; readonly attributes: Uint8Array; readonly sha256: string }
    | undefined;
  #review: { readonly signer: CmsSigner; readonly attributes: Uint8Array } | undefined;
  readonly #parts: Parts;
  readonly #request: PrepareRequest;

  constructor(parts: Parts, request: PrepareRequest) {
    this.#parts = parts;
    this.#request = request;
    this.count = parts.summary.count;
    this.pdfDigest = parts.pdf?.digest ?? null;
  }

  embedPdfSignature(signature: Uint8Array | null): Promise<Uint8Array> {
    return this.#guarded('report', async () => {
      const report = this.#parts.pdf;
      if ((signature === null) !== (report === undefined)) {
        throw new ExportProblem('order', 'signature and report do not match');
      }
      if (report !== undefined && signature !== null) {
        await this.#demandHolds(report.attributes, signature);
        const cms = buildCms(this.#parts.signer, report.attributes, signature);
        await writeFile(join(this.#parts.folder, 'report.pdf'), embedSignature(report.pdf, cms), {
          mode: 0o600,
        });
      }
      const value = await this.#makeManifest();
      const bytes = encodeManifest(value);
      await writeFile(join(this.#parts.folder, 'manifest.json'), bytes, { mode: 0o600 });
      const { digestName } = CMS_ALGORITHMS[this.#parts.signer.algorithm];
      const digest = await digestBytes(digestName, bytes);
      const attributes = await signedAttributes(
        this.#parts.signer,
        digest,
        this.#parts.meta.createdAtMs,
      );
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      this.#manifest = { value, attributes, sha256 };
      this.#stage = 'manifest';
      return digestToSign(this.#parts.signer, attributes);
    });
  }

  async reviewDigest(certificates: readonly Uint8Array[]): Promise<Uint8Array> {
    const manifest = this.#manifest;
    if (this.#stage !== 'manifest' || manifest === undefined)
      throw new ExportProblem('order', 'no manifest to review');
    const signer = cmsSigner(certificates);
    const [first, second] = [this.#parts.signer, signer].map((one) => one.certificates[0]);
    const fault = first && second ? reviewFault(first, second) : 'same-certificate';
    if (fault !== null) throw new ExportProblem('self-check', `not a second person: ${fault}`);
    const { digestName } = CMS_ALGORITHMS[signer.algorithm];
    const digest = await digestBytes(digestName, encodeManifest(manifest.value));
    const attributes = await signedAttributes(signer, digest, this.#parts.meta.createdAtMs);
    this.#review = { signer, attributes };
    return digestToSign(signer, attributes);
  }

  finish(
    signature: Uint8Array,
    targetPath: string,
    review?: Uint8Array,
  ): Promise<PublishedPackage> {
    return this.#guarded('manifest', async () => {
      const manifest = this.#manifest;
      if (manifest === undefined) throw new ExportProblem('order', 'no manifest yet');
      await this.#demandHolds(manifest.attributes, signature);
      const cms = buildCms(this.#parts.signer, manifest.attributes, signature);
      await writeFile(join(this.#parts.folder, 'manifest.p7s'), cms, { mode: 0o600 });
      await this.#takeReview(review);
      const published = await publishPackage({
        folder: this.#parts.folder,
        files: packageFiles(this.#parts.files, this.#parts.meta.review === true),
        targetPath,
        createdAtMs: this.#parts.meta.createdAtMs,
        recipient: this.#request.recipient,
        signal: this.#request.signal,
        onProgress: this.#request.onProgress,
        mayPublish: this.#request.mayPublish,
      });
      this.#stage = 'done';
      await rm(this.#parts.folder, { recursive: true, force: true });
      this.#request.onProgress?.({ phase: 'publish', done: 1, total: 1 });
      return { ...published, manifest: manifest.value, manifestSha256: manifest.sha256 };
    });
  }

  async abort(): Promise<void> {
    this.#stage = 'done';
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  async #makeManifest(): Promise<Manifest> {
    const files: Manifest['files'] = [];
    for (const path of this.#parts.files)
      files.push({
        path,
        ...(await digestFile(join(this.#parts.folder, path), this.#request.signal)),
      });
    const [leaf = new Uint8Array()] = this.#parts.signer.certificates;
    const { board } = this.#parts;
    return {
      ...this.#parts.meta,
      format: 'fieldcert-export',
      version: 1,
      count: this.count,
      ...(board === undefined ? {} : { tables: tablesOf(board) }),
      fields:
        board === undefined
          ? columnsOf(this.#parts.meta.template?.columns).map(({ field }) => field)
          : [...BOARD_FIELDS],
      masked: true,
      statusCounts: Object.fromEntries(
        this.#parts.summary.statusCounts.map(({ status, count }) => [status, count]),
      ),
      files,
      signerCertificate: {
        sha256: createHash('sha256').update(leaf).digest('hex'),
        subject: this.#parts.signer.facts.subject,
      },
      pdfSigned: this.#parts.pdf !== undefined,
    };
  }

  async #takeReview(signature: Uint8Array | undefined): Promise<void> {
    if ((this.#parts.meta.review === true) !== (signature !== undefined))
      throw new ExportProblem('order', 'second signature and manifest do not match');
    if (signature === undefined) return;
    if (this.#review === undefined) throw new ExportProblem('order', 'nobody was asked to review');
    const { signer, attributes } = this.#review;
    await this.#demandHolds(attributes, signature, signer);
    const cms = buildCms(signer, attributes, signature);
    await writeFile(join(this.#parts.folder, REVIEW_FILE), cms, { mode: 0o600 });
  }

  async #demandHolds(
    attributes: Uint8Array,
    signature: Uint8Array,
    signer = this.#parts.signer,
  ): Promise<void> {
    if (!(await holds(signer, attributes, signature))) {
      throw new ExportProblem('self-check', 'the token’s signature does not hold');
    }
  }

  /** Any failure of a step ends the export and empties staging. */
  async #guarded<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    if (this.#stage !== stage) throw new ExportProblem('order', `not at ${stage}`);
    try {
      this.#request.signal.throwIfAborted();
      return await work();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

const tablesOf = ({ tables }: BoardSheet) =>
  tables.map((table) => ({ id: table.id, title: table.title, figures: figuresOf(table) }));

function namedRecipient(der: Uint8Array): NonNullable<Manifest['recipient']> {
  const { subject, issuer, serial } = readCertificate(der);
  const certificateSha256 = createHash('sha256').update(der).digest('hex');
  return { certificateSha256, subject, issuer, serial };
}
