import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Column, cellsOf, type ExportRow } from './rows';

const TRACE_HEADING = '追溯编号';
const LINE_END = '\r\n';
// Excel also runs the full-width forms, in East Asian locales.
const FORMULA_START = /^[=+\-@＝＋－＠\t\r\n]/u;
/** What a reader would take for the end of a cell, or throw away at its edges. */
const TO_QUOTE = /[",\r\n\uFEFF]|^ | $/u;

/** Writes rows as they come: UTF-8 with BOM (Excel reads GBK otherwise), RFC 4180, formulas neutralised. */
export interface CsvWriter {
  /** Resolves when there is room for more. */
  write(rows: readonly ExportRow[]): Promise<void>;
  finish(): Promise<void>;
  abort(): void;
}

/** Opens a CSV file with its header line. Every line ends with the trace number: lines that are cut out keep it. */
export function createCsvWriter(
  path: string,
  columns: readonly Column[],
  traceId: string,
): CsvWriter {
  const stream = createWriteStream(path, { mode: 0o600 });
  const ended = finished(stream);
  // An abort ends the stream early; whoever awaits finish() hears of real errors.
  ended.catch(() => undefined);
  stream.write(`\uFEFF${toCsv([[...columns.map((column) => column.heading), TRACE_HEADING]])}`);

  return {
    write: async (rows) => {
      const lines = rows.map((row) => [...cellsOf(row, columns), traceId]);
      if (!stream.write(toCsv(lines))) await Promise.race([once(stream, 'drain'), ended]);
    },
    finish: async () => {
      stream.end();
      await ended;
    },
    abort: () => void stream.destroy(),
  };
}

/**
 * Lines of CSV. A text that a spreadsheet would run (leading = + - @, tab, line break) gets an apostrophe in
 * front, as OWASP advises.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  let text = '';
  for (const row of rows) text += row.map(cellText).join(',') + LINE_END;
  return text;
}

function cellText(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isFormula = FORMULA_START.test(value);
  if (!isFormula && !TO_QUOTE.test(value)) return value;
  return `"${isFormula ? "'" : ''}${value.replaceAll('"', '""')}"`;
}
