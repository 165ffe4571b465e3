import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { writeZip } from '../zip/write';
import type { Column, ExportRow } from './rows';
import { sheetXml } from './sheet-xml';
import { SHEET_PATH, WORKBOOK_PARTS } from './workbook-parts';

/** Tags repeat so much that more work saves next to nothing. */
const LEVEL = 3;

/**
 * Streams a workbook: the watermark line, the headings (both frozen), then the rows; days as days, every other cell as text
 * so that numbers of 18 digits survive. Memory does not grow with the row count. The batches are pulled as they are written.
 */
export async function writeWorkbook(
  path: string,
  columns: readonly Column[],
  watermark: string,
  batches: AsyncIterable<readonly ExportRow[]>,
  signal: AbortSignal,
): Promise<void> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(WORKBOOK_PARTS)) zip.addBuffer(Buffer.from(text), name);
  const sheet = Readable.from(bytesOf(sheetXml(columns, watermark, batches)));
  // yazl does not listen to a stream that it is given.
  sheet.on('error', (error) => zip.emit('error', error));
  zip.addReadStream(sheet, SHEET_PATH, { compressionLevel: LEVEL });
  zip.end();
  try {
    await writeZip(zip, path, signal);
  } finally {
    sheet.destroy();
  }
}

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece, 'utf8');
}
