import { loadFonts } from '../pdf/fonts';
import { breakLines } from '../pdf/text';
import type { Shape } from './shapes';

export const INK = {
  text: '#1f2733',
  soft: '#44505c',
  quiet: '#68737f',
  line: '#d5dbe1',
  panel: '#f6f8fa',
  main: '#2f6fae',
  deep: '#1f4e79',
  second: '#8fb4d8',
  warn: '#b7791f',
  bad: '#c0271d',
} as const;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Style {
  readonly sizePt: number;
  readonly color?: string;
  readonly isBold?: boolean;
}

/** Collects shapes; text is measured with the fonts that draw it. */
export class Pen {
  readonly shapes: Shape[] = [];

  rect({ x, y, width, height }: Area, fill: string): void {
    if (width > 0 && height > 0) this.shapes.push({ kind: 'rect', x, y, width, height, fill });
  }

  text(x: number, y: number, text: string, { sizePt, color = INK.text, isBold }: Style): void {
    const weight = isBold === undefined ? {} : { isBold };
    if (text !== '') this.shapes.push({ kind: 'text', text, x, y, sizePt, color, ...weight });
  }

  right(x: number, y: number, text: string, style: Style): void {
    this.text(x - loadFonts().width(text, style.sizePt, style.isBold), y, text, style);
  }

  centred(x: number, y: number, text: string, style: Style): void {
    this.text(x - loadFonts().width(text, style.sizePt, style.isBold) / 2, y, text, style);
  }

  /** Text within a width, at most so many lines; the last one ends in … where there is more. */
  lines(x: number, y: number, text: string, width: number, style: Style, most: number): void {
    breakLines(loadFonts(), text, width, style, most).forEach((line, i) => {
      this.text(x, y + i * style.sizePt * 1.45, line, style);
    });
  }

  /** A framed part with its heading; answers what is left inside. */
  panel(area: Area, title: string, note = ''): Area {
    // Only a frame: the watermark stays to be seen through it.
    const { x, y, width, height } = area;
    const edge = 0.7;
    this.rect({ x, y, width, height: edge }, INK.line);
    this.rect({ x, y: y + height - edge, width, height: edge }, INK.line);
    this.rect({ x, y, width: edge, height }, INK.line);
    this.rect({ x: x + width - edge, y, width: edge, height }, INK.line);
    this.text(area.x + 9, area.y + 6, title, { sizePt: 9.5, isBold: true });
    this.right(area.x + area.width - 9, area.y + 8, note, { sizePt: 7, color: INK.quiet });
    return {
      x: area.x + 9,
      y: area.y + 24,
      width: area.width - 18,
      height: area.height - 32,
    };
  }
}
