import type { ExportMeta } from '../manifest';
import { addBookmark } from '../pdf/bookmarks';
import type { FontSet } from '../pdf/fonts';
import { drawPageMarks, type PageMarks } from '../pdf/page-marks';
import { artifact, openTag, type Tag, tagged, taggedCell } from '../pdf/tags';
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

/** The pages of a board after the cover: its picture, then every table with every number; a bookmark for each. */
export function drawBoardPages(
  doc: PdfDocument,
  fonts: FontSet,
  parent: Tag,
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
  addBookmark(doc, '看板图', 0);
  const { width, height } = doc.page;
  const draw = () => drawShapes(doc, fonts, drawBoard(sheet, meta, 'without-marks'));
  const alt = `看板图：${sheet.title}。${sheet.subtitle}。图中数字均列于后面各表。`;
  tagged(doc, parent, 'Figure', draw, { alt, bbox: [0, 0, width, height] });
  let y = page();
  const hasRoom = (lines: number) => y + lines * LINE <= doc.page.height - BOTTOM;
  for (const table of sheet.tables) {
    // A heading is never left alone at the foot of a page.
    if (!hasRoom(4)) y = page();
    addBookmark(doc, table.title, y);
    const sect = openTag(doc, parent, 'Sect', { title: table.title });
    y = drawTitle(doc, fonts, sect, table, y);
    const tag = openTag(doc, sect, 'Table', { title: table.title });
    y = drawHeadings(doc, fonts, tag, table, y);
    for (const row of table.rows) {
      if (!hasRoom(1)) y = drawHeadings(doc, fonts, undefined, table, page());
      y = drawRow(doc, fonts, tag, table, row, y);
    }
    tag.end();
    sect.end();
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

function drawTitle(
  doc: PdfDocument,
  fonts: FontSet,
  sect: Tag,
  table: BoardTable,
  y: number,
): number {
  tagged(doc, sect, 'H2', () => {
    drawLine(doc, fonts, table.title, LEFT, y, { sizePt: 11, isBold: true });
  });
  const from = LEFT + fonts.width(table.title, 11, true) + 12;
  const [note = ''] = breakLines(fonts, table.note, LEFT + WIDTH - from, { sizePt: 7.5 }, 1);
  const style = { sizePt: 7.5, color: '#68737f' };
  if (note !== '') tagged(doc, sect, 'P', () => drawLine(doc, fonts, note, from, y + 3, style));
  return y + 20;
}

/** Headings that a table has again on a further page (without `tag`) are for the eye only. */
function drawHeadings(
  doc: PdfDocument,
  fonts: FontSet,
  tag: Tag | undefined,
  table: BoardTable,
  y: number,
): number {
  const { label, width } = columnsAt(table);
  artifact(doc, 'Layout', () => doc.rect(LEFT, y, WIDTH, LINE).fillColor('#1f4e79').fill());
  const row = tag === undefined ? undefined : openTag(doc, tag, 'TR');
  const cell = (text: string, x: number) => {
    const draw = () => drawLine(doc, fonts, text, x, y + 3, HEAD);
    if (row === undefined) artifact(doc, 'Pagination', draw);
    else tagged(doc, row, 'TH', draw, { scope: 'Column' });
  };
  cell('代码', LEFT + 4);
  cell(table.rowHeading, LEFT + KEY_WIDTH + 4);
  table.columns.forEach(({ heading }, i) => {
    const [shown = ''] = breakLines(fonts, heading, width - 6, HEAD, 1);
    const end = LEFT + KEY_WIDTH + label + (i + 1) * width - 4;
    cell(shown, end - fonts.width(shown, HEAD.sizePt, true));
  });
  row?.end();
  return y + LINE;
}

function drawRow(
  doc: PdfDocument,
  fonts: FontSet,
  tag: Tag,
  table: BoardTable,
  { key, label: name, values }: BoardTable['rows'][number],
  y: number,
): number {
  const { label, width } = columnsAt(table);
  const row = openTag(doc, tag, 'TR');
  const code = () => drawLine(doc, fonts, key, LEFT + 4, y + 3, { ...CELL, color: '#68737f' });
  taggedCell(doc, row, 'TD', key === '' ? undefined : code);
  const [shown = ''] = breakLines(fonts, name, label - 8, CELL, 1);
  const heading = () => drawLine(doc, fonts, shown, LEFT + KEY_WIDTH + 4, y + 3, CELL);
  taggedCell(doc, row, 'TH', shown === '' ? undefined : heading, 'Row');
  table.columns.forEach(({ format }, i) => {
    const value = shownValue(values[i] ?? null, format);
    const end = LEFT + KEY_WIDTH + label + (i + 1) * width - 4;
    const x = end - fonts.width(value, CELL.sizePt);
    tagged(doc, row, 'TD', () => drawLine(doc, fonts, value, x, y + 3, CELL));
  });
  row.end();
  artifact(doc, 'Layout', () => {
    doc.moveTo(LEFT, y + LINE).lineTo(LEFT + WIDTH, y + LINE);
    doc.lineWidth(0.3).strokeColor('#c5ccd3').stroke();
  });
  return y + LINE;
}
