import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCertificate } from '../../device/certificate';
import { CMS_ALGORITHMS, digestBytes } from './cms/algorithms';
import { buildCms, type CmsSigner, cmsSigner, digestToSign, signedAttributes } from './cms/build';
import { holds } from './cms/verify';
import { COLUMNS, type ExportRow } from './data/rows';
import { type DataSummary, type ProgressOf, writeData } from './data/write-data';
import { digestFile } from './digests';
import {
  DATA_FILES,
  type ExportMeta,
  encodeManifest,
  exportMetaSchema,
  type Manifest,
} from './manifest';
import { SEAL_BOX } from './pdf/cover';
import {
  coveredPieces,
  embedSignature,
  type PreparedPdf,
  prepareSignature,
} from './pdf/placeholder';
import { MAX_LISTED_ROWS, writeReport } from './pdf/report';
import { renderSeal } from './pdf/seal';
import { ExportProblem } from './problem';
import { publishPackage } from './publish';

export interface PrepareRequest {
  readonly rows: AsyncIterable<readonly ExportRow[]>;
  readonly meta: ExportMeta;
  /** A private folder of the product; each export works in a folder of its own inside. */
  readonly stagingDir: string;
  /** Signer's certificate first, then its issuers as far as known. */
  readonly certificates: readonly Uint8Array[];
  /** DER; the package is encrypted to it and leaves as `.p7m`. Main judged it (`recipientFault`). */
  readonly recipient?: Uint8Array;
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressOf;
}

/** What the token signs first; null for SM2 keys, whose report stays unsigned. */
export interface PreparedExport {
  readonly count: number;
  readonly pdfDigest: Uint8Array | null;
  /** Takes the first signature (null where `pdfDigest` was) and answers the manifest's digest. */
  embedPdfSignature(signature: Uint8Array | null): Promise<Uint8Array>;
  /** Takes the second signature, verifies everything, publishes `targetPath` by a rename. */
  finish(signature: Uint8Array, targetPath: string): Promise<PublishedPackage>;
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
    const summary = await writeData(folder, meta, request.rows, request.signal, request.onProgress);
    if (summary.count === 0) throw new ExportProblem('empty', 'no rows');
    const pdf = await prepareReport(folder, meta, signer, summary, request);
    return new Export(folder, meta, signer, summary, pdf, request);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface PreparedReport {
  readonly pdf: PreparedPdf;
  /** What the token signs for it. */
  readonly digest: Uint8Array;
  readonly attributes: Uint8Array;
}

async function prepareReport(
  folder: string,
  meta: ExportMeta,
  signer: CmsSigner,
  summary: DataSummary,
  request: PrepareRequest,
): Promise<PreparedReport | undefined> {
  const path = join(folder, 'report.pdf');
  const rows = summary.firstRows.length === summary.count ? summary.firstRows : [];
  await writeReport({
    path,
    rows,
    signal: request.signal,
    facts: {
      meta,
      count: summary.count,
      statusCounts: summary.statusCounts,
      fields: COLUMNS.map((column) => column.heading),
      isListed: summary.count <= MAX_LISTED_ROWS,
      signerSubject: signer.facts.subject,
      isSigned: signer.algorithm !== 'SM2',
    },
    onRow: (done) => request.onProgress?.({ phase: 'report', done, total: rows.length }),
  });
  if (signer.algorithm === 'SM2') return undefined;
  const seal = await renderSeal(meta, signer.facts.commonName, SEAL_BOX.size);
  const pdf = await prepareSignature(await readFile(path), seal, {
    name: signer.facts.commonName,
    reason: meta.practice ? '练习·无效力' : meta.purpose,
    location: meta.office.name,
    timeMs: meta.createdAtMs,
  });
  const [head, tail] = coveredPieces(pdf);
  const { digestName } = CMS_ALGORITHMS[signer.algorithm];
  const digest = await digestBytes(digestName, Buffer.concat([head, tail]));
  const attributes = await signedAttributes(signer, digest, undefined);
  return { pdf, attributes, digest: await digestToSign(signer, attributes) };
}

type Stage = 'report' | 'manifest' | 'done';

class Export implements PreparedExport {
  readonly count: number;
  readonly pdfDigest: Uint8Array | null;
  #stage: Stage = 'report';
  #manifest:
    | { readonly value: Manifest; readonly attributes: Uint8Array; readonly sha256: string }
    | undefined;
  readonly #folder: string;
  readonly #meta: ExportMeta;
  readonly #signer: CmsSigner;
  readonly #summary: DataSummary;
  readonly #report: PreparedReport | undefined;
  readonly #request: PrepareRequest;

  constructor(
    folder: string,
    meta: ExportMeta,
    signer: CmsSigner,
    summary: DataSummary,
    report: PreparedReport | undefined,
    request: PrepareRequest,
  ) {
    this.#folder = folder;
    this.#meta = meta;
    this.#signer = signer;
    this.#summary = summary;
    this.#report = report;
    this.#request = request;
    this.count = summary.count;
    this.pdfDigest = report?.digest ?? null;
  }

  embedPdfSignature(signature: Uint8Array | null): Promise<Uint8Array> {
    return this.#guarded('report', async () => {
      const report = this.#report;
      if ((signature === null) !== (report === undefined)) {
        throw new ExportProblem('order', 'signature and report do not match');
      }
      if (report !== undefined && signature !== null) {
        await this.#demandHolds(report.attributes, signature);
        const cms = buildCms(this.#signer, report.attributes, signature);
        await writeFile(join(this.#folder, 'report.pdf'), embedSignature(report.pdf, cms), {
          mode: 0o600,
        });
      }
      const value = await this.#makeManifest();
      const bytes = encodeManifest(value);
      await writeFile(join(this.#folder, 'manifest.json'), bytes, { mode: 0o600 });
      const { digestName } = CMS_ALGORITHMS[this.#signer.algorithm];
      const digest = await digestBytes(digestName, bytes);
      const attributes = await signedAttributes(this.#signer, digest, this.#meta.createdAtMs);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      this.#manifest = { value, attributes, sha256 };
      this.#stage = 'manifest';
      return digestToSign(this.#signer, attributes);
    });
  }

  finish(signature: Uint8Array, targetPath: string): Promise<PublishedPackage> {
    return this.#guarded('manifest', async () => {
      const manifest = this.#manifest;
      if (manifest === undefined) throw new ExportProblem('order', 'no manifest yet');
      await this.#demandHolds(manifest.attributes, signature);
      const cms = buildCms(this.#signer, manifest.attributes, signature);
      await writeFile(join(this.#folder, 'manifest.p7s'), cms, { mode: 0o600 });
      const published = await publishPackage({
        folder: this.#folder,
        targetPath,
        createdAtMs: this.#meta.createdAtMs,
        recipient: this.#request.recipient,
        signal: this.#request.signal,
        onProgress: this.#request.onProgress,
      });
      this.#stage = 'done';
      await rm(this.#folder, { recursive: true, force: true });
      this.#request.onProgress?.({ phase: 'publish', done: 1, total: 1 });
      return { ...published, manifest: manifest.value, manifestSha256: manifest.sha256 };
    });
  }

  async abort(): Promise<void> {
    this.#stage = 'done';
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #makeManifest(): Promise<Manifest> {
    const files: Manifest['files'] = [];
    for (const path of DATA_FILES)
      files.push({ path, ...(await digestFile(join(this.#folder, path))) });
    const [leaf = new Uint8Array()] = this.#signer.certificates;
    return {
      ...this.#meta,
      format: 'fieldcert-export',
      version: 1,
      count: this.count,
      fields: COLUMNS.map((column) => column.field),
      masked: true,
      statusCounts: Object.fromEntries(
        this.#summary.statusCounts.map(({ status, count }) => [status, count]),
      ),
      files,
      signerCertificate: {
        sha256: createHash('sha256').update(leaf).digest('hex'),
        subject: this.#signer.facts.subject,
      },
      pdfSigned: this.#report !== undefined,
      ...(this.#request.recipient === undefined
        ? {}
        : { recipient: namedRecipient(this.#request.recipient) }),
    };
  }

  async #demandHolds(attributes: Uint8Array, signature: Uint8Array): Promise<void> {
    if (!(await holds(this.#signer, attributes, signature))) {
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

function namedRecipient(der: Uint8Array): NonNullable<Manifest['recipient']> {
  const { subject, issuer, serial } = readCertificate(der);
  const certificateSha256 = createHash('sha256').update(der).digest('hex');
  return { certificateSha256, subject, issuer, serial };
}
