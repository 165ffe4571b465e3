import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';
import { ensureRawDeflate } from '../package/data/compression';

/** A workbook of texts: fixed lines first (frozen), then the rows. Every cell is text, so no number is ruined. */
export interface SheetJob {
  readonly path: string;
  readonly name: string;
  readonly widths: readonly number[];
  readonly top: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
}

/** Writes the workbook; the file must not be there yet. Throws the file system's error. */
export async function writeSheet({ path, name, widths, top, rows }: SheetJob): Promise<void> {
  ensureRawDeflate();
  const lines = [...top, ...rows].map((cells) => cells.map(withoutControls));
  const stream = writeXlsxStream(lines, {
    name,
    columns: widths.map((width) => ({ width, numFmt: '@' })),
    freezePane: { rows: top.length },
  });
  const source = Readable.fromWeb(stream as NodeReadableStream);
  await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
}

/** XML 1.0 has no control characters, not even escaped. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML cannot carry
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD');
}
