import type { ExportMeta } from '../manifest';
import type { FontSet } from './fonts';
import { shanghaiTime } from './shanghai-time';
import { drawCentred, type PdfDocument } from './text';

const RED = '#c0271d';
const GREY = '#6b7480';

/**
 * Draws the round seal that is the signature's appearance, `sizePt` wide and high: the office on the arc, what it is
 * in the middle. It says 电子签名, and has no star: it does not imitate an official stamp.
 */
export function drawSeal(
  doc: PdfDocument,
  fonts: FontSet,
  meta: ExportMeta,
  signerName: string,
  sizePt: number,
): void {
  const color = meta.practice ? GREY : RED;
  const centre = sizePt / 2;
  doc
    .circle(centre, centre, centre - 3)
    .lineWidth(2.4)
    .strokeColor(color)
    .stroke();
  doc
    .circle(centre, centre, centre - 8)
    .lineWidth(0.6)
    .strokeColor(color)
    .stroke();
  drawArc(doc, fonts, meta.office.name, centre, centre - 22, color);
  const strong = { sizePt: 13, color, isBold: true };
  drawCentred(doc, fonts, meta.practice ? '练习·无效力' : '电子签名', centre, centre - 14, strong);
  drawCentred(doc, fonts, signerName.slice(0, 16), centre, centre + 5, { sizePt: 8, color });
  drawCentred(doc, fonts, shanghaiTime(meta.createdAtMs), centre, centre + 17, {
    sizePt: 7,
    color,
  });
  drawCentred(doc, fonts, meta.traceId.slice(-20), centre, centre + 28, { sizePt: 6, color });
}

function drawArc(
  doc: PdfDocument,
  fonts: FontSet,
  text: string,
  centre: number,
  radius: number,
  color: string,
): void {
  const characters = [...text].slice(0, 24);
  const sweep = Math.min(230, characters.length * 17);
  characters.forEach((character, index) => {
    const share = characters.length === 1 ? 0.5 : index / (characters.length - 1);
    doc.save();
    doc.rotate(-sweep / 2 + share * sweep, { origin: [centre, centre] });
    drawCentred(doc, fonts, character, centre, centre - radius - 9, {
      sizePt: 11,
      color,
      isBold: true,
    });
    doc.restore();
  });
}
