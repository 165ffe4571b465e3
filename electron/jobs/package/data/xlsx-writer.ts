import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';
import { ensureRawDeflate } from './compression';
import { type Column, cellsOf, type ExportRow } from './rows';
import { withoutControls } from './xml-text';

/**
 * Streams a workbook: the watermark line, the headings (both frozen), then the rows, every cell as text so that
 * numbers of 18 digits survive. Memory does not grow with the row count. The rows are pulled one by one.
 */
export async function writeWorkbook(
  path: string,
  columns: readonly Column[],
  watermark: string,
  rows: AsyncIterable<ExportRow>,
  signal: AbortSignal,
): Promise<void> {
  ensureRawDeflate();
  const stream = writeXlsxStream(lines(columns, watermark, rows), {
    name: '证书清单',
    columns: columns.map((column) => ({ width: column.widthChars, numFmt: '@' })),
    freezePane: { rows: 2 },
  });
  const source = Readable.fromWeb(stream as NodeReadableStream);
  await pipeline(source, createWriteStream(path, { mode: 0o600 }), { signal });
}

async function* lines(
  columns: readonly Column[],
  watermark: string,
  rows: AsyncIterable<ExportRow>,
): AsyncGenerator<string[]> {
  yield [watermark];
  yield columns.map((column) => column.heading);
  for await (const row of rows) yield cellsOf(row, columns).map(withoutControls);
}
