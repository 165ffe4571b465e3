import { addBookmark } from './bookmarks';
import { drawCode } from './code';
import type { FontSet } from './fonts';
import { asOfWords, headLook } from './head-look';
import { drawPageMarks } from './page-marks';
import { shanghaiTime } from './shanghai-time';
import type { RecordSheet, SheetFacts } from './sheet-schema';
import { drawStatusBar } from './status-bar';
import { statusColor } from './status-color';
import { artifact, openTag, type Tag, tagged, taggedCell } from './tags';
import { breakLines, drawLine, type PdfDocument, type TextStyle } from './text';

const LEFT = 56;
const RIGHT = 539;
const BOTTOM = 780;
const LABEL_WIDTH = 92;
const CODE = { left: RIGHT - 96, top: 120, side: 96 } as const;
const SMALL = { sizePt: 8.5, color: '#44505c' } as const;

/** Draws one record over as many pages as it needs, with its bookmark; answers the number of the last. */
export function drawRecordSheet(
  doc: PdfDocument,
  fonts: FontSet,
  parent: Tag,
  sheet: RecordSheet,
  facts: SheetFacts,
  lastPage: number,
): number {
  const sect = openTag(doc, parent, 'Sect', { title: sheet.lead });
  let pageNumber = lastPage;
  const newPage = (said?: Tag) => {
    doc.addPage({ size: 'A4', margin: 0 });
    pageNumber += 1;
    drawPageMarks(doc, fonts, facts.marks, pageNumber, said);
  };
  newPage(sect);
  addBookmark(doc, `${sheet.lead} ${sheet.title}`, 0);
  drawHead(doc, fonts, sect, sheet, facts);
  const table = openTag(doc, sect, 'Table');
  let y = 176;
  for (const [label, value] of sheet.facts) {
    const style = { sizePt: 10 };
    // The QR code stands beside the first lines.
    const widthPt = (y < 250 ? CODE.left - 16 : RIGHT) - LEFT - LABEL_WIDTH;
    const lines = breakLines(fonts, value, widthPt, style, 4);
    const top = y;
    const row = openTag(doc, table, 'TR');
    const heading = () => drawLine(doc, fonts, label, LEFT, top, { sizePt: 10, color: '#68737f' });
    tagged(doc, row, 'TH', heading, { scope: 'Row' });
    tagged(doc, row, 'TD', () => {
      lines.forEach((line, i) => {
        drawLine(doc, fonts, line, LEFT + LABEL_WIDTH, top + i * 15, style);
      });
    });
    row.end();
    y += lines.length * 15 + 4;
  }
  table.end();
  for (const shown of sheet.tables) {
    if (y + 60 > BOTTOM) {
      newPage();
      y = 52;
    }
    y = drawTable(doc, fonts, sect, shown, y + 10, () => {
      newPage();
      return 52;
    });
  }
  if (y + 64 > BOTTOM) {
    newPage();
    y = 52;
  }
  drawNotes(doc, fonts, sect, facts, y + 14);
  sect.end();
  return pageNumber;
}

function drawHead(
  doc: PdfDocument,
  fonts: FontSet,
  sect: Tag,
  sheet: RecordSheet,
  facts: SheetFacts,
): void {
  const say = (type: 'P' | 'H1' | 'H2', text: string, x: number, y: number, style: TextStyle) =>
    tagged(doc, sect, type, () => drawLine(doc, fonts, text, x, y, style));
  say('P', facts.office, LEFT, 46, { sizePt: 12, color: '#44505c' });
  const [title = ''] = breakLines(
    fonts,
    sheet.title,
    RIGHT - LEFT,
    { sizePt: 18, isBold: true },
    1,
  );
  say('H1', title, LEFT, 66, { sizePt: 18, isBold: true });
  const look = headLook(sheet, facts);
  artifact(doc, 'Layout', () => {
    doc.moveTo(LEFT, 102).lineTo(RIGHT, 102).lineWidth(1.2).strokeColor('#1f4e79').stroke();
    drawStatusBar(doc, look, { x: LEFT, y: 120, width: 4, height: 40 });
  });
  const lead = { sizePt: 16, isBold: true };
  const [name = ''] = breakLines(fonts, sheet.lead, CODE.left - LEFT - 28, lead, 1);
  say('H2', name, LEFT + 12, 118, lead);
  say('P', look.words, LEFT + 12, 144, { sizePt: 11, color: look.ink, isBold: true });
  if (look.warning !== null)
    say('P', look.warning, LEFT + 12, 160, { ...SMALL, color: statusColor('expiring') });
  const { traceId, verificationCode, verifyAt } = facts;
  if (verificationCode !== undefined)
    drawCode(doc, fonts, sect, { traceId, verificationCode, verifyAt }, CODE);
}

type Table = RecordSheet['tables'][number];

function drawTable(
  doc: PdfDocument,
  fonts: FontSet,
  sect: Tag,
  table: Table,
  top: number,
  nextPage: () => number,
): number {
  const widths = table.columns.map(([, share]) => share * (RIGHT - LEFT));
  const line = (cells: readonly string[], y: number, isHead: boolean, tag: Tag): number => {
    const style = { sizePt: 8.5, ...(isHead ? { isBold: true, color: '#1f4e79' } : {}) };
    const broken = widths.map((width, i) => breakLines(fonts, cells[i] ?? '', width - 8, style, 3));
    const height = Math.max(...broken.map((lines) => lines.length)) * 12 + 5;
    const at = y + height > BOTTOM ? nextPage() : y;
    const row = openTag(doc, tag, 'TR');
    let x = LEFT;
    broken.forEach((lines, i) => {
      const some = lines.filter((text) => text !== '');
      const draw = () => {
        some.forEach((text, n) => {
          drawLine(doc, fonts, text, x, at + 2 + n * 12, style);
        });
      };
      const type = isHead ? 'TH' : 'TD';
      const scope = isHead ? 'Column' : undefined;
      taggedCell(doc, row, type, some.length === 0 ? undefined : draw, scope);
      x += widths[i] ?? 0;
    });
    row.end();
    artifact(doc, 'Layout', () => {
      doc.moveTo(LEFT, at + height).lineTo(RIGHT, at + height);
      doc.lineWidth(0.4).strokeColor('#c5ccd3').stroke();
    });
    return at + height;
  };
  tagged(doc, sect, 'H2', () => {
    drawLine(doc, fonts, table.title, LEFT, top, { sizePt: 11, isBold: true });
  });
  let y = top + 20;
  if (table.rows.length > 0) {
    const tag = openTag(doc, sect, 'Table', { title: table.title });
    y = line(
      table.columns.map(([heading]) => heading),
      y,
      true,
      tag,
    );
    for (const row of table.rows) y = line(row, y, false, tag);
    tag.end();
  }
  if (table.note === '') return y;
  tagged(doc, sect, 'P', () => drawLine(doc, fonts, table.note, LEFT, y + 4, SMALL));
  return y + 18;
}

function drawNotes(
  doc: PdfDocument,
  fonts: FontSet,
  sect: Tag,
  facts: SheetFacts,
  top: number,
): void {
  const aboutCode =
    facts.verificationCode === undefined ? '' : '二维码只含编号，不含网址和个人信息。';
  const notes = [
    `打印人 ${facts.requester}　打印时间 ${shanghaiTime(facts.createdAtMs)}　数据截至 ${asOfWords(facts.dataAsOfMs)}`,
    `本页由证哨依本单位数据打印，仅反映数据截至时间的记录，不替代证书原件；证件号码已脱敏。${aboutCode}`,
  ];
  let y = top;
  for (const note of notes) {
    tagged(doc, sect, 'P', () => {
      for (const text of breakLines(fonts, note, RIGHT - LEFT, SMALL, 3)) {
        drawLine(doc, fonts, text, LEFT, y, SMALL);
        y += 13;
      }
    });
  }
}
