import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';
import { ensureRawDeflate } from './compression';
import { COLUMNS, cellsOf, type ExportRow } from './rows';

/**
 * Streams a workbook: the watermark line, the headings (both frozen), then the rows, every cell as text so that
 * numbers of 18 digits survive. Memory does not grow with the row count. The rows are pulled one by one.
 */
export async function writeWorkbook(
  path: string,
  watermark: string,
  rows: AsyncIterable<ExportRow>,
  signal: AbortSignal,
): Promise<void> {
  ensureRawDeflate();
  const stream = writeXlsxStream(lines(watermark, rows), {
    name: '证书清单',
    columns: COLUMNS.map((column) => ({ width: column.widthChars, numFmt: '@' })),
    freezePane: { rows: 2 },
  });
  const source = Readable.fromWeb(stream as NodeReadableStream);
  await pipeline(source, createWriteStream(path, { mode: 0o600 }), { signal });
}

async function* lines(watermark: string, rows: AsyncIterable<ExportRow>): AsyncGenerator<string[]> {
  yield [watermark];
  yield COLUMNS.map((column) => column.heading);
  for await (const row of rows) yield cellsOf(row).map(withoutControls);
}

/** XML 1.0 has no control characters, not even escaped; Excel refuses the whole file. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML cannot carry
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD');
}
