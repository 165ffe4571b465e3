import { inflateRawSync } from 'node:zlib';
import { streamXlsxRows } from 'hucre/xlsx';
import { ensureRawInflate } from '../package/data/compression';
import { guardTexts } from './guard-texts';
import { guardWorkbook, packedBytes, type ZipPart } from './guard-zip';
import { TableProblem } from './table-problem';

type Cell = string | number | boolean | Date | null;

/** From here on a spreadsheet's number has lost digits of an ID. */
const LEAST_RUINED = 1e15;
/** A row that is formatted to the last column of the sheet has 16,384. */
export const MAX_COLUMNS = 64;
/** As many rows as a list may have, each of a hundred columns. */
const MAX_CELLS = 20_000_000;

/** Rows of a workbook's first sheet, each with its line in the sheet, from 1. Throws `TableProblem`. */
export async function* readWorkbook(
  file: Buffer,
): AsyncGenerator<{ readonly line: number; readonly cells: readonly string[] }> {
  await guardTexts(file, guardWorkbook(file));
  ensureRawInflate();
  try {
    let cells = 0;
    for await (const { index, values } of streamXlsxRows(file, { sheet: 0 })) {
      // The reader makes room for every column up to a row's last cell, and that takes its time.
      cells += values.length;
      if (cells > MAX_CELLS) throw new TableProblem('too-large', `${cells} cells`);
      yield { line: index + 1, cells: values.slice(0, MAX_COLUMNS).map(textOf) };
    }
  } catch (error) {
    if (error instanceof TableProblem) throw error;
    const detail = error instanceof Error ? error.name : 'unknown';
    throw new TableProblem('damaged', `workbook: ${detail}`);
  }
}

/** More are not looked into: a list that has them is no list. */
const MOST_SHEETS = 64;
/** As the workbook names them: a part that a program left behind in the archive is no sheet of it. */
const SHEET = /<(?:\w+:)?sheet[\s/>]/gu;
const MAX_NAMES_BYTES = 1 << 20;

/**
 * How many sheets behind the first have something in a cell; of a workbook that `readWorkbook` has read. What of them cannot
 * be read counts too: nobody can say that it is empty.
 */
export async function otherSheets(file: Buffer): Promise<number> {
  const count = sheetsNamed(file, guardWorkbook(file));
  let filled = 0;
  for (let sheet = 1; sheet < Math.min(count, MOST_SHEETS); sheet += 1) {
    try {
      for await (const { values } of streamXlsxRows(file, { sheet })) {
        if (values.every((value) => textOf(value).trim() === '')) continue;
        filled += 1;
        break;
      }
    } catch {
      filled += 1;
    }
  }
  return filled;
}

function sheetsNamed(file: Buffer, parts: readonly ZipPart[]): number {
  const part = parts.find(({ name }) => name === 'xl/workbook.xml');
  if (part === undefined || part.size > MAX_NAMES_BYTES) return MOST_SHEETS;
  const packed = packedBytes(file, part);
  const names = part.isDeflated
    ? inflateRawSync(packed, { maxOutputLength: MAX_NAMES_BYTES })
    : packed;
  return names.toString('utf8').match(SHEET)?.length ?? 0;
}

/** A cell as text; an ID that became a number is written so that it is recognised as ruined. */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date)
    return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  if (typeof cell !== 'number') return String(cell);
  return Math.abs(cell) >= LEAST_RUINED ? cell.toExponential(5).toUpperCase() : String(cell);
}
