import Papa from 'papaparse';
import { TableProblem } from './table-problem';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'gb18030';

/** Text with separators: UTF-8 where every byte is, else GB 18030, which Chinese spreadsheets write. */
export function decodeText(file: Buffer): {
  readonly text: string;
  readonly encoding: TextEncoding;
} {
  if (file.length >= 2 && file[0] === 0xff && file[1] === 0xfe)
    return { text: decode(file, 'utf-16le'), encoding: 'utf-16le' };
  try {
    return { text: decode(file, 'utf-8'), encoding: 'utf-8' };
  } catch {
    // A cut last character must not turn a whole UTF-8 file into another encoding's nonsense.
  }
  try {
    return { text: decode(file, 'gb18030'), encoding: 'gb18030' };
  } catch {
    throw new TableProblem('not-a-table', 'neither UTF-8 nor GB 18030');
  }
}

function decode(file: Buffer, encoding: TextEncoding): string {
  return new TextDecoder(encoding, { fatal: true }).decode(file);
}

/** Rows of separated values (RFC 4180; comma, semicolon or tab), each with its line, from 1. Throws `TableProblem`. */
export function* readText(
  file: Buffer,
): Generator<{ readonly line: number; readonly cells: readonly string[] }> {
  const { text } = decodeText(file);
  if (text.includes('\0')) throw new TableProblem('not-a-table', 'binary content');
  const { data } = Papa.parse<string[]>(text, { delimitersToGuess: [',', '\t', ';', '，'] });
  for (const [index, cells] of data.entries()) yield { line: index + 1, cells };
}
