import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { packedBytes, type ZipPart } from './guard-zip';
import { TableProblem } from './table-problem';

const READ = /^xl\/(worksheets\/[^/]+|sharedStrings)\.xml$/u;
/** A cell of a spreadsheet holds 32,767 characters at most. */
const MAX_TEXT_BYTES = 1 << 20;
const OPEN = '<'.charCodeAt(0);

/**
 * Refuses a workbook in which a single text goes on for more than any cell can hold: the reader behind it looks through
 * such a text again with each further piece, which takes minutes. Costs one unpacking of large parts. Throws `TableProblem`.
 */
export async function guardTexts(file: Buffer, parts: readonly ZipPart[]): Promise<void> {
  for (const part of parts)
    if (READ.test(part.name) && part.size > MAX_TEXT_BYTES) await guardPart(file, part);
}

async function guardPart(file: Buffer, part: ZipPart): Promise<void> {
  const { isDeflated, size } = part;
  const source = Readable.from([packedBytes(file, part)]);
  const pieces: AsyncIterable<Buffer> = isDeflated ? source.pipe(createInflateRaw()) : source;
  let text = 0;
  let unpacked = 0;
  try {
    for await (const piece of pieces) {
      unpacked += piece.length;
      if (unpacked > size) throw new TableProblem('damaged', 'larger than declared');
      const first = piece.indexOf(OPEN);
      text += first < 0 ? piece.length : first;
      if (text > MAX_TEXT_BYTES) throw new TableProblem('bomb', `a text of ${text} bytes`);
      if (first >= 0) text = piece.length - piece.lastIndexOf(OPEN);
    }
  } catch (error) {
    if (error instanceof TableProblem) throw error;
    throw new TableProblem('damaged', 'a part cannot be unpacked');
  } finally {
    source.destroy();
  }
}
