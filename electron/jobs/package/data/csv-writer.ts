import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import Papa from 'papaparse';
import { type Column, cellsOf, type ExportRow } from './rows';

const BATCH = 500;
const TRACE_HEADING = '追溯编号';
const LINE_END = '\r\n';
// Excel also runs the full-width forms, in East Asian locales.
const FORMULA_START = /^[=+\-@＝＋－＠\t\r\n]/u;

/** Writes rows as they come: UTF-8 with BOM (Excel reads GBK otherwise), RFC 4180, formulas neutralised. */
export interface CsvWriter {
  write(row: ExportRow): Promise<void>;
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
  let batch: string[][] = [];
  stream.write(`\uFEFF${toCsv([[...columns.map((column) => column.heading), TRACE_HEADING]])}`);

  async function flush(): Promise<void> {
    const text = toCsv(batch);
    batch = [];
    if (!stream.write(text)) {
      await Promise.race([once(stream, 'drain'), ended]);
    }
  }

  return {
    write: async (row) => {
      batch.push([...cellsOf(row, columns), traceId]);
      if (batch.length >= BATCH) await flush();
    },
    finish: async () => {
      if (batch.length > 0) await flush();
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
  if (rows.length === 0) return '';
  const data = rows.map((row) => row.map((value) => value));
  return Papa.unparse(data, { newline: LINE_END, escapeFormulae: FORMULA_START }) + LINE_END;
}
