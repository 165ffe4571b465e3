import { streamXlsxRows } from 'hucre/xlsx';
import { ensureRawInflate } from '../package/data/compression';
import { guardTexts } from './guard-texts';
import { guardWorkbook } from './guard-zip';
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

/** A cell as text; an ID that became a number is written so that it is recognised as ruined. */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date)
    return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  if (typeof cell !== 'number') return String(cell);
  return Math.abs(cell) >= LEAST_RUINED ? cell.toExponential(5).toUpperCase() : String(cell);
}
