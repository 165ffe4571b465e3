import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardSheet } from '../board/sheet';
import { CMS_ALGORITHMS, digestBytes } from '../cms/algorithms';
import { type CmsSigner, digestToSign, signedAttributes } from '../cms/build';
import { columnsOf } from '../data/rows';
import type { DataSummary, ProgressOf } from '../data/write-data';
import type { ExportMeta, Manifest } from '../manifest';
import { SEAL_BOX } from './cover';
import { coveredPieces, type PreparedPdf, prepareSignature } from './placeholder';
import { MAX_LISTED_ROWS, writeReport } from './report';
import { renderSeal } from './seal';

interface ReportSteps {
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressOf | undefined;
}

export interface PreparedReport {
  readonly pdf: PreparedPdf;
  /** What the token signs for it. */
  readonly digest: Uint8Array;
  readonly attributes: Uint8Array;
}

/**
 * Writes report.pdf and, where the key's signature can lie in it, makes room for one. Undefined for SM2 keys, whose
 * report stays unsigned.
 */
export async function prepareReport(
  folder: string,
  meta: ExportMeta & Pick<Manifest, 'recipient'>,
  signer: CmsSigner,
  summary: DataSummary,
  request: ReportSteps,
  board?: BoardSheet,
): Promise<PreparedReport | undefined> {
  const path = join(folder, 'report.pdf');
  const columns = columnsOf(meta.template?.columns);
  const isWanted = meta.template?.hasList ?? true;
  const isShort = summary.count <= MAX_LISTED_ROWS;
  const rows = isWanted && isShort ? summary.firstRows : [];
  await writeReport({
    path,
    rows,
    columns,
    board,
    signal: request.signal,
    facts: {
      meta,
      count: summary.count,
      statusCounts: summary.statusCounts,
      fields: board?.tables.map(({ title }) => title) ?? columns.map(({ heading }) => heading),
      list: board !== undefined ? 'board' : !isWanted ? 'none' : isShort ? 'listed' : 'too-long',
      records: meta.template?.records ?? 'none',
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
