import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardSheet } from '../board/sheet';
import { CMS_ALGORITHMS, digestBytes } from '../cms/algorithms';
import { type CmsSigner, digestToSign, signedAttributes } from '../cms/build';
import { columnsOf } from '../data/rows';
import type { DataSummary, ProgressOf } from '../data/write-data';
import type { ExportMeta, Manifest } from '../manifest';
import { coveredPieces, fixByteRange, type PreparedPdf } from './placeholder';
import { MAX_LISTED_ROWS, writeReport } from './report';

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
      signedBy: signer.algorithm === 'SM2' ? undefined : signer.facts.commonName,
    },
    onRow: (done) => request.onProgress?.({ phase: 'report', done, total: rows.length }),
  });
  if (signer.algorithm === 'SM2') return undefined;
  const pdf = fixByteRange(await readFile(path));
  const [head, tail] = coveredPieces(pdf);
  const { digestName } = CMS_ALGORITHMS[signer.algorithm];
  const digest = await digestBytes(digestName, Buffer.concat([head, tail]));
  const attributes = await signedAttributes(signer, digest, undefined);
  return { pdf, attributes, digest: await digestToSign(signer, attributes) };
}
