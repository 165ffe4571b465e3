import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';
import { ensureRawDeflate } from '../package/data/compression';
import { withoutControls } from '../package/data/xml-text';

/** A workbook of texts: fixed lines first (frozen), then the rows. Every cell is text, so no number is ruined. */
export interface SheetJob {
  readonly path: string;
  readonly name: string;
  readonly widths: readonly number[];
  readonly top: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
}

/** Writes the workbook beside its place and moves it there whole. Throws the file system's error, and leaves nothing then. */
export async function writeSheet({ path, name, widths, top, rows }: SheetJob): Promise<void> {
  ensureRawDeflate();
  const lines = [...top, ...rows].map((cells) => cells.map(withoutControls));
  const stream = writeXlsxStream(lines, {
    name,
    columns: widths.map((width) => ({ width, numFmt: '@' })),
    freezePane: { rows: top.length },
  });
  const source = Readable.fromWeb(stream as NodeReadableStream);
  const part = `${path}.part`;
  try {
    await pipeline(source, createWriteStream(part, { mode: 0o600 }));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
