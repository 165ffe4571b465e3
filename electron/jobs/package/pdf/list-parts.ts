import type { Column, ExportRow } from '../data/rows';

/** A part of a list that has a bookmark: the index of its first row, and what the bookmark says. */
export interface ListPart {
  readonly from: number;
  readonly title: string;
}

/** By what a list can be in parts, the likeliest first. */
const GROUPS = ['companyName', 'kindLabel', 'regionName', 'statusLabel'] as const;
const MAX_PARTS = 250;
/** Rows a part on average, from which on parts are worth their bookmarks. */
const MIN_ROWS = 3;
const BAND = 100;

/**
 * Parts of a list for its bookmarks: its companies, kinds, regions or states where the rows stand together by one that
 * the list shows, else every hundred rows. None where there would be only one.
 */
export function listParts(
  rows: readonly ExportRow[],
  columns: readonly Pick<Column, 'field'>[],
): readonly ListPart[] {
  for (const field of GROUPS) {
    if (!columns.some((column) => column.field === field)) continue;
    const parts = groupsBy(rows, (row) => row[field]);
    if (parts !== undefined) return parts;
  }
  if (rows.length <= BAND) return [];
  return Array.from({ length: Math.ceil(rows.length / BAND) }, (_, i) => ({
    from: i * BAND,
    title: `第 ${i * BAND + 1}–${Math.min((i + 1) * BAND, rows.length)} 条`,
  }));
}

/** Undefined where the rows of one value do not stand together, or where the parts are one, too many or too small. */
function groupsBy(
  rows: readonly ExportRow[],
  textOf: (row: ExportRow) => string | undefined,
): readonly ListPart[] | undefined {
  const starts = new Map<string, { readonly from: number; count: number }>();
  let last: string | undefined;
  for (const [from, row] of rows.entries()) {
    const value = textOf(row) ?? '';
    const part = starts.get(value);
    if (part === undefined) starts.set(value, { from, count: 1 });
    else if (value !== last) return undefined;
    else part.count += 1;
    last = value;
  }
  const isUseful = starts.size > 1 && starts.size <= MAX_PARTS;
  if (!isUseful || starts.size * MIN_ROWS > rows.length) return undefined;
  return [...starts].map(([value, { from, count }]) => ({
    from,
    title: `${value === '' ? '未填写' : value}（${count} 条）`,
  }));
}
