import { toCsv } from '../../../jobs/package/data/csv-writer';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import type { SheetJob } from '../../../jobs/tables/write-sheet';
import type { SignedBy } from '../signed-files/signed-files';
import {
  AXIS_WORDS,
  headWord,
  type ReportedRelease,
  SUPPRESSED,
  statedFacts,
  TABLE_WORDS,
} from './report-words';

/** Rows of one table of the document, and tables of it: 400 × 24 cells are the most there can be. */
const CHUNK = 480;
const MOST_TABLES = 6;

const shown = (cell: number | null): string => (cell === null ? SUPPRESSED : String(cell));

/** The table with its heads and sums, as lines of texts. */
function tableLines(release: ReportedRelease): string[][] {
  const { table, rows, columns, cells, rowSums, columnSums, sum } = release;
  const [row] = AXIS_WORDS[table];
  const isSingle = columns.length === 1;
  const end = (text: string) => (isSingle ? [] : [text]);
  return [
    [row, ...columns.map(headWord), ...end('合计')],
    ...rows.map((head, at) => [
      headWord(head),
      ...columns.map((_, i) => shown(cells[at]?.[i] ?? null)),
      ...end(String(rowSums[at] ?? 0)),
    ]),
    ['合计', ...columnSums.map(String), ...end(String(sum))],
  ];
}

/** What stands above the table: how it came about. */
function topLines(release: ReportedRelease, by: SignedBy, traceId: string): string[][] {
  return [
    [`共享统计：${TABLE_WORDS[release.table]}`],
    ['追溯编号', traceId],
    ...statedFacts(release, by).map(([name, value]) => [name, value]),
  ];
}

export function statisticsCsv(release: ReportedRelease, by: SignedBy, traceId: string): string {
  return `\uFEFF${toCsv([...topLines(release, by, traceId), [], ...tableLines(release)])}`;
}

export function statisticsSheet(
  path: string,
  release: ReportedRelease,
  frame: { readonly by: SignedBy; readonly traceId: string; readonly watermark: string },
): SheetJob {
  const lines = tableLines(release);
  return {
    path,
    name: '共享统计',
    widths: [16, ...Array.from({ length: (lines[0]?.length ?? 2) - 1 }, () => 14)],
    top: [[frame.watermark]],
    rows: [...topLines(release, frame.by, frame.traceId), [], ...lines],
  };
}

/** The document: what was done to the figures first, then every cell on a line of its own. */
export function statisticsDocument(release: ReportedRelease, by: SignedBy): RecordSheet {
  const { table, rows, columns, cells, rowSums, sum, suppressed } = release;
  const [rowWord, columnWord] = AXIS_WORDS[table];
  const isSingle = columns.length === 1;
  const lines = rows.flatMap((head, at) => [
    ...columns.map((column, i) => [
      headWord(head),
      headWord(column),
      shown(cells[at]?.[i] ?? null),
    ]),
    ...(isSingle ? [] : [[headWord(head), '合计', String(rowSums[at] ?? 0)]]),
  ]);
  const most = Math.min(lines.length, CHUNK * MOST_TABLES);
  return {
    title: '共享统计表（已加噪）',
    status: 'valid',
    statusLabel: `ε = ${release.epsilon}`,
    lead: TABLE_WORDS[table],
    facts: statedFacts(release, by).map(([name, value]) => [name, value]),
    tables: Array.from({ length: Math.ceil(most / CHUNK) }, (_, part) => ({
      title: part === 0 ? '统计结果' : `统计结果（续 ${part}）`,
      columns: [
        [rowWord, 0.3],
        [columnWord, 0.5],
        ['人数', 0.2],
      ],
      rows: lines.slice(part * CHUNK, Math.min(most, (part + 1) * CHUNK)),
      note:
        (part + 1) * CHUNK < most
          ? ''
          : `已公布各格合计 ${sum} 人，${suppressed} 格未公布。${most < lines.length ? '其余各格见同名工作簿。' : ''}`,
    })),
  };
}
