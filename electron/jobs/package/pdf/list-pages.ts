import type { Column, ExportRow } from '../data/rows';
import { addBookmark, type Bookmark } from './bookmarks';
import type { FontSet } from './fonts';
import { inkOf } from './head-look';
import { listParts } from './list-parts';
import { drawPageMarks, type PageMarks } from './page-marks';
import { artifact, openTag, type Tag, tagged, taggedCell } from './tags';
import { breakLines, drawLine, type PdfDocument } from './text';

const MARGIN = 36;
const TOP = 40;
const BOTTOM = 44;
const LINE_PT = 10.5;
const PADDING = 3;
const STYLE = { sizePt: 7.5 } as const;
const HEADING = { sizePt: 7.5, color: '#ffffff', isBold: true } as const;
const MAX_LINES = 4;
/** Rows drawn before the event loop is let in for a cancel. */
const BREATH = 100;

/** Points between the margins of an A4 landscape page. */
const WIDTH_PT = 760;

/** The columns that the list has, as wide as the page where they are few. */
function listedOf(columns: readonly Column[]): readonly Listed[] {
  const listed = columns.flatMap(({ field, heading, widthPt }) =>
    widthPt === undefined ? [] : [{ field, heading, widthPt }],
  );
  const total = listed.reduce((sum, { widthPt }) => sum + widthPt, 0);
  return listed.map((one) => ({ ...one, widthPt: (one.widthPt * WIDTH_PT) / total }));
}

interface Listed extends Pick<Column, 'field' | 'heading'> {
  readonly widthPt: number;
}

interface ListLook {
  readonly marks: PageMarks;
  /** By data of which a green is none. */
  readonly isStale: boolean;
  readonly onRow: (done: number) => void;
}

/** Draws the rows as a table over as many A4 landscape pages as it takes, with its bookmarks; page 1 is the cover. */
export async function drawListPages(
  doc: PdfDocument,
  fonts: FontSet,
  parent: Tag,
  rows: readonly ExportRow[],
  columns: readonly Column[],
  { marks, isStale, onRow }: ListLook,
): Promise<void> {
  if (rows.length === 0) return;
  const listed = listedOf(columns);
  const table = openTag(doc, parent, 'Table', { title: '清单' });
  const parts = new Map(listParts(rows, listed).map(({ from, title }) => [from, title]));
  let whole: Bookmark | undefined;
  let pageNumber = 1;
  let y = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    const cells = listed.map((column) =>
      breakLines(fonts, row[column.field] ?? '', column.widthPt - PADDING * 2, STYLE, MAX_LINES),
    );
    const height = Math.max(...cells.map((lines) => lines.length)) * LINE_PT + PADDING * 2;
    if (y + height > doc.page.height - BOTTOM) {
      doc.addPage({ size: 'A4', layout: 'landscape', margin: 0 });
      pageNumber += 1;
      drawPageMarks(doc, fonts, marks, pageNumber);
      y = drawHeading(doc, fonts, listed, index === 0 ? table : undefined);
    }
    whole ??= addBookmark(doc, '清单', 0);
    const part = parts.get(index);
    if (part !== undefined) addBookmark(doc, part, y, whole);
    drawRow(
      doc,
      fonts,
      table,
      listed,
      { cells, ink: inkOf(row.status, isStale), isShaded: index % 2 === 1 },
      y,
      height,
    );
    y += height;
    if (index % BREATH === BREATH - 1) {
      onRow(index + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  table.end();
  onRow(rows.length);
}

/** Only the first heading belongs to the table: further ones are for the eye, and would be rows in the midst of others. */
function drawHeading(
  doc: PdfDocument,
  fonts: FontSet,
  listed: readonly Listed[],
  table: Tag | undefined,
): number {
  const height = LINE_PT + PADDING * 2;
  artifact(doc, 'Layout', () => {
    doc.rect(MARGIN, TOP, WIDTH_PT, height).fillColor('#1f4e79').fill();
  });
  const row = table === undefined ? undefined : openTag(doc, table, 'TR');
  let x = MARGIN;
  for (const column of listed) {
    const draw = () => drawLine(doc, fonts, column.heading, x + PADDING, TOP + PADDING, HEADING);
    if (row === undefined) artifact(doc, 'Pagination', draw);
    else tagged(doc, row, 'TH', draw, { scope: 'Column' });
    x += column.widthPt;
  }
  row?.end();
  return TOP + height;
}

function drawRow(
  doc: PdfDocument,
  fonts: FontSet,
  table: Tag,
  listed: readonly Listed[],
  row: {
    readonly cells: readonly (readonly string[])[];
    readonly ink: string;
    readonly isShaded: boolean;
  },
  y: number,
  height: number,
): void {
  const width = WIDTH_PT;
  if (row.isShaded) {
    // Translucent, or the watermark under the table would vanish on every second row.
    artifact(doc, 'Layout', () => {
      doc.save().opacity(0.05).rect(MARGIN, y, width, height).fillColor('#1f4e79').fill().restore();
    });
  }
  const tag = openTag(doc, table, 'TR');
  let x = MARGIN;
  listed.forEach((column, index) => {
    const style =
      column.field === 'statusLabel' ? { ...STYLE, color: row.ink, isBold: true } : STYLE;
    const lines = (row.cells[index] ?? []).filter((line) => line !== '');
    const draw = () => {
      lines.forEach((line, i) => {
        drawLine(doc, fonts, line, x + PADDING, y + PADDING + i * LINE_PT, style);
      });
    };
    taggedCell(doc, tag, 'TD', lines.length === 0 ? undefined : draw);
    x += column.widthPt;
  });
  tag.end();
  artifact(doc, 'Layout', () => {
    doc.moveTo(MARGIN, y + height).lineTo(MARGIN + width, y + height);
    doc.lineWidth(0.3).strokeColor('#c5ccd3').stroke();
  });
}
