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
  const whole = tried(file, 'utf-8');
  if (whole !== null) return { text: whole, encoding: 'utf-8' };
  // A cut last character must not turn a whole UTF-8 file into another encoding's nonsense: nothing of a cut list is taken.
  if (isCutUtf8(file)) throw new TableProblem('damaged', 'UTF-8 that ends within a character');
  const text = file.subarray(0, 3).equals(UTF8_MARK) ? null : tried(file, 'gb18030');
  if (text === null) throw new TableProblem('not-a-table', 'neither UTF-8 nor GB 18030');
  return { text, encoding: 'gb18030' };
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** A text with so many characters of several bytes in UTF-8 is in no other encoding by chance. */
const LEAST_CHARACTERS = 8;

/** Whether all of it is UTF-8 but the last character, of which one to three bytes are there. */
function isCutUtf8(file: Buffer): boolean {
  for (let cut = 1; cut <= 3 && cut < file.length; cut += 1) {
    const lead = file[file.length - cut] ?? 0;
    if ((lead & 0xc0) === 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const text = tried(file.subarray(0, file.length - cut), 'utf-8');
    if (text === null) return false;
    let wide = 0;
    for (const character of text) if (character > '\u007f') wide += 1;
    return wide >= LEAST_CHARACTERS;
  }
  return false;
}

function tried(file: Buffer, encoding: TextEncoding): string | null {
  try {
    return decode(file, encoding);
  } catch {
    return null;
  }
}

function decode(file: Buffer, encoding: TextEncoding): string {
  return new TextDecoder(encoding, { fatal: true }).decode(file);
}

/**
 * Rows of separated values (RFC 4180; comma, semicolon or tab), each with its line, from 1. Throws `TableProblem`, also
 * where quotation marks do not match: one that is never closed would take all rows after it into its cell.
 */
export function* readText(
  file: Buffer,
): Generator<{ readonly line: number; readonly cells: readonly string[] }> {
  const { text } = decodeText(file);
  if (text.includes('\0')) throw new TableProblem('not-a-table', 'binary content');
  const { data, errors } = Papa.parse<string[]>(text, {
    delimitersToGuess: [',', '\t', ';', '，'],
  });
  const unmatched = errors.find(({ type }) => type === 'Quotes');
  if (unmatched !== undefined)
    throw new TableProblem('quotes', unmatched.code, (unmatched.row ?? 0) + 1);
  for (const [index, cells] of data.entries()) yield { line: index + 1, cells };
}
