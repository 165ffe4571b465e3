import { loadFonts } from '../pdf/fonts';
import { type PageMarks, PRACTICE_MARK } from '../pdf/page-marks';
import type { Shape } from './shapes';

/** The marks of every page as shapes of a picture: watermark under the content, trace id, the practice mark. */
export function pictureMarks(
  { width, height }: { readonly width: number; readonly height: number },
  { watermark, traceId, isPractice }: PageMarks,
): Shape[] {
  const shapes: Shape[] = [];
  const text = (
    words: string,
    x: number,
    y: number,
    sizePt: number,
    color: string,
    more: { readonly opacity?: number; readonly turn?: number; readonly isBold?: boolean } = {},
  ) => void shapes.push({ kind: 'text', text: words, x, y, sizePt, color, ...more });
  for (let y = 80; y < height + 80; y += 150)
    for (let x = -40; x < width; x += 290)
      text(watermark, x, y, 11, '#3a4656', { opacity: 0.1, turn: -24 });
  text(`追溯编号 ${traceId}`, 36, height - 26, 7.5, '#68737f');
  const fonts = loadFonts();
  const end = width - 36 - fonts.width(watermark, 7.5);
  text(watermark, end, height - 26, 7.5, '#68737f');
  if (isPractice) {
    const words = '练习数据，练习签名，不具任何效力';
    const centre = (width - fonts.width(words, 7.5, true)) / 2;
    text(words, centre, height - 26, 7.5, '#c0271d', { isBold: true });
    // Turned about the middle of the page; a shape is turned about its corner.
    const sizePt = Math.min(width, height) / 6.2;
    const turn = -28;
    const angle = (turn * Math.PI) / 180;
    const [left, up] = [-fonts.width(PRACTICE_MARK, sizePt, true) / 2, -sizePt / 1.6];
    text(
      PRACTICE_MARK,
      width / 2 + left * Math.cos(angle) - up * Math.sin(angle),
      height / 2 + left * Math.sin(angle) + up * Math.cos(angle),
      sizePt,
      '#c0271d',
      { opacity: 0.16, turn, isBold: true },
    );
  }
  return shapes;
}
