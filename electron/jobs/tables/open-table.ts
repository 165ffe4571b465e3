import {
  type ColumnMapping,
  guessColumns,
  headingScore,
} from '../../../shared/domain/batch/columns';
import { guardWorkbook } from './guard-zip';
import { loadFile } from './load-file';
import { otherSheets } from './other-sheets';
import { readText } from './read-text';
import { MAX_COLUMNS, readWorkbook } from './read-workbook';
import { TableProblem } from './table-problem';

const MAX_FILE_BYTES = 128 << 20;
export const MAX_TABLE_ROWS = 200_000;
const MAX_CELL = 256;
const MAX_CHARACTERS = 128 << 20;
/** Headings are looked for in so many rows: titles and remarks stand above them. */
const HEADING_ROWS = 15;
const LEAST_HEADINGS = 2;
const SAMPLE_ROWS = 20;
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** OLE compound file: a workbook with a password, or of the format before 2007. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A list in memory, without blank rows. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly TableRow[];
  /** Line of the headings, from 1; null where there are none. Rows above them are titles and remarks, and are not taken. */
  readonly headingLine: number | null;
  /** Sheets behind the first that are not empty, and are not taken. */
  readonly otherSheets: number;
}

export interface TableSummary {
  readonly rows: number;
  readonly headings: readonly string[];
  /** First rows, for the person to see which column is what. */
  readonly sample: readonly (readonly string[])[];
  readonly guess: ColumnMapping;
  readonly headingLine: number | null;
  readonly otherSheets: number;
}

/**
 * Reads a list (.xlsx, or text with separators in UTF-8, UTF-16 or GB 18030), whatever its name says. Bounded: 128 MB,
 * 200,000 rows, 64 columns, 256 characters a cell (more is cut). Throws `TableProblem`.
 */
export async function openTable(path: string): Promise<Table> {
  const file = await loadFile(path, MAX_FILE_BYTES);
  if (file.length === 0) throw new TableProblem('empty', 'no bytes');
  if (file.subarray(0, COMPOUND.length).equals(COMPOUND))
    throw new TableProblem('encrypted', 'compound file');
  const isWorkbook = file.subarray(0, ZIP.length).equals(ZIP);
  const source = isWorkbook ? readWorkbook(file) : readText(file);
  const rows: TableRow[] = [];
  let characters = 0;
  for await (const { line, cells } of source) {
    const kept = cells.slice(0, MAX_COLUMNS).map((cell) => cell.slice(0, MAX_CELL).trim());
    if (kept.every((cell) => cell === '')) continue;
    for (const cell of kept) characters += cell.length;
    if (characters > MAX_CHARACTERS) throw new TableProblem('too-large', 'content');
    if (rows.length >= MAX_TABLE_ROWS) throw new TableProblem('too-many-rows', `line ${line}`);
    rows.push({ line, cells: kept });
  }
  const others = isWorkbook ? await otherSheets(file, guardWorkbook(file)) : 0;
  return { ...withoutHeadings(rows), otherSheets: others };
}

export function summaryOf({ headings, rows, headingLine, otherSheets }: Table): TableSummary {
  const sample = rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells);
  const guess = guessColumns(headings, sample);
  return { rows: rows.length, headings, sample, guess, headingLine, otherSheets };
}

function withoutHeadings(rows: readonly TableRow[]): Omit<Table, 'otherSheets'> {
  let best = -1;
  let bestScore = 0;
  for (const [index, { cells }] of rows.slice(0, HEADING_ROWS).entries()) {
    const score = headingScore(cells);
    if (score > bestScore) [best, bestScore] = [index, score];
  }
  const isHeaded = bestScore >= LEAST_HEADINGS || (bestScore === 1 && best === 0);
  const found = isHeaded ? rows[best] : undefined;
  const data = found === undefined ? rows : rows.slice(best + 1);
  if (data.length === 0) throw new TableProblem('empty', 'no rows');
  const width = Math.max(...data.slice(0, SAMPLE_ROWS).map(({ cells }) => cells.length));
  const headings = Array.from({ length: width }, (_, i) => found?.cells[i] ?? '');
  return { headings, rows: data, headingLine: found?.line ?? null };
}
