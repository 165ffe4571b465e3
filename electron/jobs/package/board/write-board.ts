import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writeXlsx } from 'hucre/xlsx';
import { ensureRawDeflate } from '../data/compression';
import { toCsv } from '../data/csv-writer';
import { type DataSummary, type ProgressOf, watermarkLine } from '../data/write-data';
import { withoutControls } from '../data/xml-text';
import { BOARD_FILE } from '../layout';
import type { ExportMeta } from '../manifest';
import { drawBoard } from './picture';
import { paintPicture } from './png';
import { type BoardSheet, type BoardTable, figuresIn } from './sheet';

/** Headings of data.csv: one number a line, so that any program reads every table of it. */
export const BOARD_FIELDS = ['表', '代码', '行', '指标', '数值'] as const;
const TRACE_HEADING = '追溯编号';
const FORMATS = { count: '#,##0', share: '0.0%' } as const;

/**
 * Writes data.csv, data.xlsx and board.png of a board; says after each how many of the three are there, and looks before each
 * whether it was called off. Throws the file system's error, or the signal's reason.
 */
export async function writeBoard(
  folder: string,
  meta: ExportMeta,
  sheet: BoardSheet,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: ProgressOf },
): Promise<DataSummary> {
  const makers: readonly (readonly [string, () => string | Uint8Array | Promise<Uint8Array>])[] = [
    ['data.csv', () => boardCsv(sheet, meta.traceId)],
    ['data.xlsx', () => boardWorkbook(sheet, meta)],
    [BOARD_FILE, () => paintPicture(drawBoard(sheet, meta))],
  ];
  for (const [index, [name, make]] of makers.entries()) {
    // A call that came while the last one was made is heard here.
    await setImmediate();
    signal.throwIfAborted();
    onProgress?.({ phase: 'data', done: index, total: makers.length });
    await writeFile(join(folder, name), await make(), { mode: 0o600 });
  }
  await setImmediate();
  signal.throwIfAborted();
  onProgress?.({ phase: 'data', done: makers.length, total: makers.length });
  const statuses = sheet.tables.find(({ id }) => id === 'statuses')?.rows ?? [];
  return {
    count: figuresIn(sheet),
    statusCounts: statuses.map(({ key, label, values }) => ({
      status: key,
      label,
      count: values[0] ?? 0,
    })),
    firstRows: [],
  };
}

/** UTF-8 with BOM, as the lists have it; shares as decimal fractions, empty where there is nothing to divide by. */
export function boardCsv({ tables }: BoardSheet, traceId: string): string {
  const lines = tables.flatMap(({ title, columns, rows }) =>
    rows.flatMap(({ key, label, values }) =>
      columns.map(({ heading }, i) => {
        const value = values[i] ?? null;
        // As a number: a minus is no formula here, and no program may take it for text.
        return [title, key, label, heading, value ?? '', traceId];
      }),
    ),
  );
  return `\uFEFF${toCsv([[...BOARD_FIELDS, TRACE_HEADING], ...lines])}`;
}

async function boardWorkbook({ tables }: BoardSheet, meta: ExportMeta): Promise<Uint8Array> {
  ensureRawDeflate();
  const mark = watermarkLine(meta);
  return writeXlsx({ sheets: tables.map((table) => workSheet(table, mark)) });
}

/** A table on its own sheet: watermark, note and headings stay in sight. Numbers are numbers here. */
function workSheet({ title, rowHeading, columns, rows, note }: BoardTable, mark: string) {
  return {
    name: withoutControls(title)
      .replace(/[\\/?*[\]:]/gu, ' ')
      .slice(0, 31),
    columns: [
      { width: 14 },
      { width: 34 },
      ...columns.map(({ format }) => ({ width: 14, numFmt: FORMATS[format] })),
    ],
    rows: [
      [mark],
      [note === '' ? title : `${title}　${note}`],
      ['代码', rowHeading, ...columns.map(({ heading }) => withoutControls(heading))],
      ...rows.map(({ key, label, values }) => [key, withoutControls(label), ...values]),
    ],
    freezePane: { rows: 3 },
  };
}
