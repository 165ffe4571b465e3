import type { ExportMeta } from '../manifest';
import { packageAsOf } from '../pdf/head-look';
import { calendarPanel, companiesPanel, heatPanel, kindsPanel, tiles } from './panels';
import { INK, Pen } from './pen';
import { pictureMarks } from './picture-marks';
import type { Picture } from './shapes';
import type { BoardSheet, BoardTable, BoardTableId } from './sheet';

/** A4 across, points. */
export const PAGE = { width: 842, height: 595 } as const;
const MARGIN = 30;
const GAP = 12;
const INNER = PAGE.width - MARGIN * 2;

/** The board as one page: tiles, calendar, kinds, heat map and companies. What does not fit says so and stands in the tables. */
export function drawBoard(
  sheet: BoardSheet,
  meta: ExportMeta,
  marks: 'with-marks' | 'without-marks' = 'with-marks',
): Picture {
  const pen = new Pen();
  const table = (id: BoardTableId): BoardTable | undefined =>
    sheet.tables.find((one) => one.id === id);
  const shapes =
    marks === 'with-marks'
      ? pictureMarks(PAGE, {
          watermark: meta.watermark,
          traceId: meta.traceId,
          isPractice: meta.practice,
        })
      : [];
  pen.text(MARGIN, 22, sheet.title, { sizePt: 17, isBold: true });
  const facts = `数据截至 ${packageAsOf(meta)}　核验码 ${meta.verificationCode}`;
  pen.right(PAGE.width - MARGIN, 28, facts, { sizePt: 8, color: INK.quiet });
  pen.lines(MARGIN, 48, sheet.subtitle, INNER, { sizePt: 8.5, color: INK.soft }, 2);
  tiles(pen, table('figures'), { x: MARGIN, y: 76, width: INNER, height: 56 });
  const half = (INNER - GAP) / 2;
  const right = MARGIN + half + GAP;
  calendarPanel(pen, table('calendar'), { x: MARGIN, y: 144, width: half, height: 168 });
  kindsPanel(pen, table('kinds'), { x: right, y: 144, width: half, height: 168 });
  heatPanel(pen, table('heat'), table('heat-due'), {
    x: MARGIN,
    y: 324,
    width: half,
    height: 232,
  });
  companiesPanel(pen, table('companies'), { x: right, y: 324, width: half, height: 232 });
  return { ...PAGE, shapes: [...shapes, ...pen.shapes] };
}
