import type { FontSet } from './fonts';
import { artifact, type Tag, tagged } from './tags';
import { drawCentred, drawLine, type PdfDocument } from './text';

export interface PageMarks {
  readonly watermark: string;
  readonly traceId: string;
  readonly isPractice: boolean;
}

/** What lies across every page of practice. */
export const PRACTICE_MARK = '练习·无效力';

/**
 * Draws what stands on every page: watermark under the content, trace id and page number, the practice mark. All of it
 * is for the eye only, but where `said` is given trace id and practice are content of it: for a document that says
 * them nowhere else.
 */
export function drawPageMarks(
  doc: PdfDocument,
  fonts: FontSet,
  marks: PageMarks,
  pageNumber: number,
  said?: Tag,
): void {
  const { width, height } = doc.page;
  const repeated = (draw: () => void) => artifact(doc, 'Pagination', draw);
  const once = said === undefined ? repeated : (draw: () => void) => tagged(doc, said, 'P', draw);
  repeated(() => drawWatermark(doc, fonts, marks));
  const style = { sizePt: 7.5, color: '#68737f' };
  once(() => drawLine(doc, fonts, `追溯编号 ${marks.traceId}`, 36, height - 26, style));
  const page = `第 ${pageNumber} 页`;
  repeated(() => {
    drawLine(doc, fonts, page, width - 36 - fonts.width(page, 7.5), height - 26, style);
  });
  if (!marks.isPractice) return;
  const warning = { sizePt: 7.5, color: '#c0271d', isBold: true };
  const words = '练习数据，练习签名，不具任何效力';
  once(() => drawCentred(doc, fonts, words, width / 2, height - 26, warning));
}

function drawWatermark(doc: PdfDocument, fonts: FontSet, marks: PageMarks): void {
  const { width, height } = doc.page;
  doc.save();
  doc.opacity(0.1);
  for (let y = 80; y < height + 80; y += 150) {
    for (let x = -40; x < width; x += 290) {
      doc.save();
      doc.rotate(-24, { origin: [x, y] });
      drawLine(doc, fonts, marks.watermark, x, y, { sizePt: 11, color: '#3a4656' });
      doc.restore();
    }
  }
  if (marks.isPractice) {
    doc.opacity(0.16);
    doc.rotate(-28, { origin: [width / 2, height / 2] });
    const sizePt = Math.min(width, height) / 6.2;
    const style = { sizePt, color: '#c0271d', isBold: true };
    drawCentred(doc, fonts, PRACTICE_MARK, width / 2, height / 2 - sizePt / 1.6, style);
  }
  doc.restore();
}
