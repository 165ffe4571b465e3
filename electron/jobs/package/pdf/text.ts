import type { FontSet } from './fonts';

/** A PDFKit document, as far as text and shapes go. */
export type PdfDocument = PDFKit.PDFDocument;

export interface TextStyle {
  readonly sizePt: number;
  readonly color?: string;
  readonly isBold?: boolean;
}

/** Breaks text into lines of at most `widthPt`; Chinese breaks anywhere, so does everything here. */
export function breakLines(
  fonts: FontSet,
  text: string,
  widthPt: number,
  style: TextStyle,
  maxLines: number,
): string[] {
  // Widths are measured on what will be seen, code points written out included.
  const shown = fonts
    .runs(text, style.isBold)
    .map((run) => run.text)
    .join('');
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const character of shown) {
    const advance = fonts.width(character, style.sizePt, style.isBold);
    if (used + advance > widthPt && line !== '') {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += character;
    used += advance;
  }
  lines.push(line);
  if (lines.length <= maxLines) return lines;
  const kept = lines.slice(0, maxLines);
  kept[maxLines - 1] = `${[...(kept[maxLines - 1] ?? '')].slice(0, -1).join('')}…`;
  return kept;
}

/** Draws one line at its top-left corner, switching faces where a character needs it. */
export function drawLine(
  doc: PdfDocument,
  fonts: FontSet,
  text: string,
  x: number,
  y: number,
  style: TextStyle,
): void {
  doc.fillColor(style.color ?? '#1f2733');
  let left = x;
  for (const run of fonts.runs(text, style.isBold)) {
    doc.font(run.face).fontSize(style.sizePt);
    doc.text(run.text, left, y, { lineBreak: false });
    left += doc.widthOfString(run.text);
  }
}

/** Draws a line centred on `x`. */
export function drawCentred(
  doc: PdfDocument,
  fonts: FontSet,
  text: string,
  x: number,
  y: number,
  style: TextStyle,
): void {
  drawLine(doc, fonts, text, x - fonts.width(text, style.sizePt, style.isBold) / 2, y, style);
}
