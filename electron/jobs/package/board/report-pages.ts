import type { ExportMeta } from '../manifest';
import type { FontSet } from '../pdf/fonts';
import { drawPageMarks, type PageMarks } from '../pdf/page-marks';
import { breakLines, drawLine, type PdfDocument } from '../pdf/text';
import { drawBoard } from './picture';
import type { Picture } from './shapes';
import { type BoardSheet, type BoardTable, shownValue } from './sheet';

const LEFT = 36;
const TOP = 40;
const BOTTOM = 48;
const WIDTH = 770;
const LINE = 17;
const CELL = { sizePt: 8 } as const;
const HEAD = { sizePt: 7.5, color: '#ffffff', isBold: true } as const;
const KEY_WIDTH = 62;

/** The pages of a board after the cover: its picture, then every table with every number. */
export function drawBoardPages(
  doc: PdfDocument,
  fonts: FontSet,
  sheet: BoardSheet,
  meta: ExportMeta,
  marks: PageMarks,
): void {
  let pageNumber = 1;
  const page = (): number => {
    doc.addPage({ size: 'A4', layout: 'landscape', margin: 0 });
    pageNumber += 1;
    drawPageMarks(doc, fonts, marks, pageNumber);
    return TOP;
  };
  page();
  drawShapes(doc, fonts, drawBoard(sheet, meta, 'without-marks'));
  let y = page();
  const hasRoom = (lines: number) => y + lines * LINE <= doc.page.height - BOTTOM;
  for (const table of sheet.tables) {
    // A heading is never left alone at the foot of a page.
    if (!hasRoom(4)) y = page();
    y = drawTitle(doc, fonts, table, y);
    y = drawHeadings(doc, fonts, table, y);
    for (const row of table.rows) {
      if (!hasRoom(1)) y = drawHeadings(doc, fonts, table, page());
      y = drawRow(doc, fonts, table, row, y);
    }
    y += 16;
  }
}

function drawShapes(doc: PdfDocument, fonts: FontSet, { shapes }: Picture): void {
  for (const shape of shapes) {
    if (shape.kind === 'rect')
      doc.rect(shape.x, shape.y, shape.width, shape.height).fillColor(shape.fill).fill();
    else drawLine(doc, fonts, shape.text, shape.x, shape.y, shape);
  }
}

/** Where the columns begin: code, label, then the numbers. */
function columnsAt({ columns }: BoardTable): { readonly label: number; readonly width: number } {
  const label = Math.max(150, Math.min(300, WIDTH - KEY_WIDTH - columns.length * 90));
  return { label, width: (WIDTH - KEY_WIDTH - label) / columns.length };
}

function drawTitle(doc: PdfDocument, fonts: FontSet, table: BoardTable, y: number): number {
  drawLine(doc, fonts, table.title, LEFT, y, { sizePt: 11, isBold: true });
  const from = LEFT + fonts.width(table.title, 11, true) + 12;
  const [note = ''] = breakLines(fonts, table.note, LEFT + WIDTH - from, { sizePt: 7.5 }, 1);
  if (note !== '') drawLine(doc, fonts, note, from, y + 3, { sizePt: 7.5, color: '#68737f' });
  return y + 20;
}

function drawHeadings(doc: PdfDocument, fonts: FontSet, table: BoardTable, y: number): number {
  const { label, width } = columnsAt(table);
  doc.rect(LEFT, y, WIDTH, LINE).fillColor('#1f4e79').fill();
  drawLine(doc, fonts, '代码', LEFT + 4, y + 3, HEAD);
  drawLine(doc, fonts, table.rowHeading, LEFT + KEY_WIDTH + 4, y + 3, HEAD);
  table.columns.forEach(({ heading }, i) => {
    const [shown = ''] = breakLines(fonts, heading, width - 6, HEAD, 1);
    const end = LEFT + KEY_WIDTH + label + (i + 1) * width - 4;
    drawLine(doc, fonts, shown, end - fonts.width(shown, HEAD.sizePt, true), y + 3, HEAD);
  });
  return y + LINE;
}

function drawRow(
  doc: PdfDocument,
  fonts: FontSet,
  table: BoardTable,
  { key, label: name, values }: BoardTable['rows'][number],
  y: number,
): number {
  const { label, width } = columnsAt(table);
  drawLine(doc, fonts, key, LEFT + 4, y + 3, { ...CELL, color: '#68737f' });
  const [shown = ''] = breakLines(fonts, name, label - 8, CELL, 1);
  drawLine(doc, fonts, shown, LEFT + KEY_WIDTH + 4, y + 3, CELL);
  table.columns.forEach(({ format }, i) => {
    const value = shownValue(values[i] ?? null, format);
    const end = LEFT + KEY_WIDTH + label + (i + 1) * width - 4;
    drawLine(doc, fonts, value, end - fonts.width(value, CELL.sizePt), y + 3, CELL);
  });
  doc.moveTo(LEFT, y + LINE).lineTo(LEFT + WIDTH, y + LINE);
  doc.lineWidth(0.3).strokeColor('#c5ccd3').stroke();
  return y + LINE;
}
