import { type Area, INK, type Pen } from './pen';
import { type BoardTable, shownValue } from './sheet';

const TILES = 8;
const MOST_KINDS = 8;
const MOST_REGIONS = 12;
const MOST_COMPANIES = 12;
const SMALL = { sizePt: 7, color: INK.quiet } as const;

type Row = BoardTable['rows'][number];
const numberAt = (row: Row | undefined, column: number): number => row?.values[column] ?? 0;
const largest = (values: readonly number[]): number => Math.max(1, ...values);

/** The first figures of the board, large. */
export function tiles(pen: Pen, table: BoardTable | undefined, area: Area): void {
  const rows = table?.rows.slice(0, TILES) ?? [];
  const width = (area.width - (rows.length - 1) * 8) / Math.max(rows.length, 1);
  rows.forEach(({ label, values }, i) => {
    const x = area.x + i * (width + 8);
    pen.rect({ ...area, x, width }, INK.panel);
    pen.rect({ ...area, x, width: 2.5 }, INK.main);
    pen.text(x + 9, area.y + 8, label, { sizePt: 8, color: INK.soft });
    const at = values.findIndex((value) => value !== null);
    const format = table?.columns[Math.max(at, 0)]?.format ?? 'count';
    pen.text(x + 9, area.y + 24, shownValue(values[at] ?? null, format), {
      sizePt: 16,
      isBold: true,
    });
  });
}

/** Two bars a month: ends of validity and reviews. */
export function calendarPanel(pen: Pen, table: BoardTable | undefined, area: Area): void {
  if (table === undefined) return;
  const inner = pen.panel(area, table.title, table.note);
  const top = largest(table.rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const step = inner.width / Math.max(table.rows.length, 1);
  const high = inner.height - 36;
  const base = inner.y + 12 + high;
  table.columns.slice(0, 2).forEach(({ heading }, i) => {
    pen.rect({ x: inner.x + i * 110, y: inner.y + 1, width: 7, height: 7 }, seriesColor(i));
    pen.text(inner.x + 11 + i * 110, inner.y - 1, heading, SMALL);
  });
  pen.right(inner.x + inner.width, inner.y - 1, `最高 ${shownValue(top, 'count')}`, SMALL);
  table.rows.forEach((row, i) => {
    for (const column of [0, 1]) {
      const height = (numberAt(row, column) / top) * high;
      const x = inner.x + i * step + column * step * 0.4;
      pen.rect({ x, y: base - height, width: step * 0.36, height }, seriesColor(column));
    }
    if (i % 3 === 0)
      pen.text(inner.x + i * step, base + 5, row.label, { sizePt: 6.5, color: INK.quiet });
  });
  pen.rect({ x: inner.x, y: base, width: inner.width, height: 0.8 }, INK.line);
}

const seriesColor = (column: number): string => (column === 0 ? INK.main : INK.second);

/** A bar a kind, its expired part in red. */
export function kindsPanel(pen: Pen, table: BoardTable | undefined, area: Area): void {
  if (table === undefined) return;
  bars(pen, table, { area, most: MOST_KINDS, colors: [INK.main, INK.bad] });
}

/** A bar a company: what falls due and what has lapsed. */
export function companiesPanel(pen: Pen, table: BoardTable | undefined, area: Area): void {
  if (table === undefined) return;
  bars(pen, table, { area, most: MOST_COMPANIES, colors: [INK.second, INK.warn, INK.bad] });
}

function bars(
  pen: Pen,
  table: BoardTable,
  look: { readonly area: Area; readonly most: number; readonly colors: readonly string[] },
): void {
  const { most, colors } = look;
  const inner = pen.panel(look.area, table.title, leftOver(table, most));
  const rows = table.rows.slice(0, most);
  if (rows.length === 0) {
    pen.text(inner.x, inner.y + 10, '无', { sizePt: 9, color: INK.quiet });
    return;
  }
  const columns = table.columns.slice(0, colors.length);
  columns.forEach(({ heading }, i) => {
    pen.rect({ x: inner.x + i * 88, y: inner.y + 1, width: 7, height: 7 }, colors[i] ?? INK.main);
    pen.text(inner.x + 11 + i * 88, inner.y - 1, heading, SMALL);
  });
  const top = largest(rows.map((row) => numberAt(row, 0)));
  const step = Math.min((inner.height - 14) / rows.length, 18);
  const names = inner.width * 0.48;
  rows.forEach((row, i) => {
    const y = inner.y + 14 + i * step;
    pen.lines(inner.x, y + step / 2 - 5.5, row.label, names - 6, { sizePt: 7.5 }, 1);
    const room = inner.width - names - 62;
    columns.forEach((_, column) => {
      const width = (numberAt(row, column) / top) * room;
      const inset = column * 1.6;
      pen.rect(
        { x: inner.x + names, y: y + 2 + inset, width, height: step - 5 - inset * 2 },
        colors[column] ?? INK.main,
      );
    });
    const said = columns.map((_, column) => shownValue(numberAt(row, column), 'count')).join(' / ');
    pen.right(inner.x + inner.width, y + step / 2 - 5, said, { sizePt: 7, color: INK.soft });
  });
}

const leftOver = ({ rows, note }: BoardTable, most: number): string =>
  rows.length > most ? `另 ${rows.length - most} 项见数据表` : note;

/** Regions by industries: the number of certificates, the darker the more of them fall due. */
export function heatPanel(
  pen: Pen,
  table: BoardTable | undefined,
  due: BoardTable | undefined,
  area: Area,
): void {
  if (table === undefined) return;
  const inner = pen.panel(area, table.title, leftOver(table, MOST_REGIONS));
  const rows = table.rows.slice(0, MOST_REGIONS);
  const names = inner.width * 0.2;
  const wide = (inner.width - names) / Math.max(table.columns.length, 1);
  const step = Math.min((inner.height - 26) / Math.max(rows.length, 1), 22);
  table.columns.forEach(({ heading }, i) => {
    pen.lines(inner.x + names + i * wide + 2, inner.y - 1, heading, wide - 4, SMALL, 2);
  });
  rows.forEach((row, r) => {
    const y = inner.y + 24 + r * step;
    pen.lines(inner.x, y + step / 2 - 6, row.label, names - 4, { sizePt: 7.5 }, 1);
    table.columns.forEach((_, c) => {
      const total = numberAt(row, c);
      const share = total === 0 ? 0 : numberAt(due?.rows[r], c) / total;
      const cell = {
        x: inner.x + names + c * wide + 1,
        y: y + 1,
        width: wide - 2,
        height: step - 2,
      };
      pen.rect(cell, total === 0 ? INK.panel : warmth(share));
      pen.centred(cell.x + cell.width / 2, y + step / 2 - 6, shownValue(total, 'count'), {
        sizePt: 7.5,
        color: share > 0.5 ? '#ffffff' : INK.text,
      });
    });
  });
}

/** From pale to amber by a share; from three quarters on it stays. */
function warmth(share: number): string {
  const part = Math.min(share / 0.75, 1);
  const mixed = [
    [0xea, 0xb7],
    [0xf1, 0x5e],
    [0xf8, 0x0b],
  ].map(([from = 0, to = 0]) => Math.round(from + (to - from) * part));
  return `#${mixed.map((one) => one.toString(16).padStart(2, '0')).join('')}`;
}
