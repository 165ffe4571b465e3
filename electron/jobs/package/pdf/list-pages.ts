import { COLUMNS, type ExportRow } from '../data/rows';
import type { FontSet } from './fonts';
import { drawPageMarks, type PageMarks } from './page-marks';
import { statusColor } from './status-color';
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

const LISTED = COLUMNS.filter((column) => column.widthPt !== undefined);

/** Draws the rows as a table over as many A4 landscape pages as it takes; page 1 is the cover. */
export async function drawListPages(
  doc: PdfDocument,
  fonts: FontSet,
  rows: readonly ExportRow[],
  marks: PageMarks,
  onRow: (done: number) => void,
): Promise<void> {
  let pageNumber = 1;
  let y = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    const cells = LISTED.map((column) =>
      breakLines(
        fonts,
        row[column.field] ?? '',
        (column.widthPt ?? 0) - PADDING * 2,
        STYLE,
        MAX_LINES,
      ),
    );
    const height = Math.max(...cells.map((lines) => lines.length)) * LINE_PT + PADDING * 2;
    if (y + height > doc.page.height - BOTTOM) {
      doc.addPage({ size: 'A4', layout: 'landscape', margin: 0 });
      pageNumber += 1;
      drawPageMarks(doc, fonts, marks, pageNumber);
      y = drawHeading(doc, fonts);
    }
    drawRow(doc, fonts, { cells, status: row.status, isShaded: index % 2 === 1 }, y, height);
    y += height;
    if (index % BREATH === BREATH - 1) {
      onRow(index + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  onRow(rows.length);
}

function drawHeading(doc: PdfDocument, fonts: FontSet): number {
  const height = LINE_PT + PADDING * 2;
  const width = LISTED.reduce((total, column) => total + (column.widthPt ?? 0), 0);
  doc.rect(MARGIN, TOP, width, height).fillColor('#1f4e79').fill();
  let x = MARGIN;
  for (const column of LISTED) {
    drawLine(doc, fonts, column.heading, x + PADDING, TOP + PADDING, HEADING);
    x += column.widthPt ?? 0;
  }
  return TOP + height;
}

function drawRow(
  doc: PdfDocument,
  fonts: FontSet,
  row: {
    readonly cells: readonly (readonly string[])[];
    readonly status: string;
    readonly isShaded: boolean;
  },
  y: number,
  height: number,
): void {
  const width = LISTED.reduce((total, column) => total + (column.widthPt ?? 0), 0);
  if (row.isShaded) {
    // Translucent, or the watermark under the table would vanish on every second row.
    doc.save().opacity(0.05).rect(MARGIN, y, width, height).fillColor('#1f4e79').fill().restore();
  }
  let x = MARGIN;
  LISTED.forEach((column, index) => {
    const style =
      column.field === 'statusLabel'
        ? { ...STYLE, color: statusColor(row.status), isBold: true }
        : STYLE;
    row.cells[index]?.forEach((line, lineIndex) => {
      if (line !== '')
        drawLine(doc, fonts, line, x + PADDING, y + PADDING + lineIndex * LINE_PT, style);
    });
    x += column.widthPt ?? 0;
  });
  doc.moveTo(MARGIN, y + height).lineTo(MARGIN + width, y + height);
  doc.lineWidth(0.3).strokeColor('#c5ccd3').stroke();
}
