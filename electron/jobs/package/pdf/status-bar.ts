import type { HeadLook } from './head-look';
import type { PdfDocument } from './text';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The bar of a status: solid, or hatched where a green is by old data. */
export function drawStatusBar(
  doc: PdfDocument,
  { bar, isHatched }: Pick<HeadLook, 'bar' | 'isHatched'>,
  { x, y, width, height }: Place,
): void {
  if (!isHatched) {
    doc.rect(x, y, width, height).fillColor(bar).fill();
    return;
  }
  doc.save();
  doc.rect(x, y, width, height).clip();
  for (let at = y - width; at < y + height; at += 5)
    doc.moveTo(x, at + width).lineTo(x + width, at);
  doc.lineWidth(1.6).strokeColor(bar).stroke();
  doc.restore();
  doc.rect(x, y, width, height).lineWidth(0.5).strokeColor(bar).stroke();
}
