/** Corners of a closed outline in pixels: x, y, x, y … */
export type Outline = readonly number[];

/** 8-bit RGB, white at first. Fills outlines with the exact share of each pixel that they cover, so the same shapes give the same bytes everywhere. */
export class Canvas {
  readonly pixels: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height * 3).fill(255);
  }

  /** Fills outlines of one shape; `opacity` 0 to 1. Parts outside the canvas are left out. */
  fill(outlines: readonly Outline[], color: readonly [number, number, number], opacity = 1): void {
    const box = this.boxOf(outlines);
    if (box === null) return;
    const cover = new Float32Array(box.width * box.height + 2);
    for (const outline of outlines) {
      for (let i = 0; i < outline.length; i += 2) {
        const next = (i + 2) % outline.length;
        addEdge(
          cover,
          box.width,
          box.height,
          clamp((outline[i] ?? 0) - box.left, box.width),
          (outline[i + 1] ?? 0) - box.top,
          clamp((outline[next] ?? 0) - box.left, box.width),
          (outline[next + 1] ?? 0) - box.top,
        );
      }
    }
    this.blend(cover, box, color, opacity);
  }

  private blend(
    cover: Float32Array,
    { left, top, width, height }: Box,
    color: readonly [number, number, number],
    opacity: number,
  ): void {
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let x = 0; x < width; x++) {
        sum += cover[y * width + x] ?? 0;
        const part = Math.min(Math.abs(sum), 1) * opacity;
        if (part < 1 / 512) continue;
        const at = ((top + y) * this.width + left + x) * 3;
        for (let channel = 0; channel < 3; channel++) {
          const below = this.pixels[at + channel] ?? 255;
          const over = color[channel] ?? 0;
          this.pixels[at + channel] = Math.round(below + (over - below) * part);
        }
      }
    }
  }

  private boxOf(outlines: readonly Outline[]): Box | null {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const outline of outlines) {
      for (let i = 0; i < outline.length; i += 2) {
        left = Math.min(left, outline[i] ?? 0);
        right = Math.max(right, outline[i] ?? 0);
        top = Math.min(top, outline[i + 1] ?? 0);
        bottom = Math.max(bottom, outline[i + 1] ?? 0);
      }
    }
    left = Math.max(0, Math.floor(left));
    top = Math.max(0, Math.floor(top));
    const width = Math.min(this.width, Math.ceil(right)) - left;
    const height = Math.min(this.height, Math.ceil(bottom)) - top;
    return width > 0 && height > 0 ? { left, top, width, height } : null;
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const clamp = (x: number, width: number): number => Math.min(Math.max(x, 0), width);

/** Adds what an edge changes of the coverage to the right of it, row by row: the running sum of a row is the coverage. */
function addEdge(
  cover: Float32Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  if (y0 === y1) return;
  const [sign, topX, topY, lowX, lowY] = y0 < y1 ? [1, x0, y0, x1, y1] : [-1, x1, y1, x0, y0];
  const slope = (lowX - topX) / (lowY - topY);
  const last = Math.min(height, Math.ceil(lowY));
  for (let y = Math.max(0, Math.floor(topY)); y < last; y++) {
    const from = Math.max(y, topY);
    const until = Math.min(y + 1, lowY);
    if (until <= from) continue;
    const high = sign * (until - from);
    const a = topX + (from - topY) * slope;
    const b = topX + (until - topY) * slope;
    addSpan(cover, y * width, width, Math.min(a, b), Math.max(a, b), high);
  }
}

/** An edge within one row: from x `left` to `right`, `high` of the row's height (negative: upwards). */
function addSpan(
  cover: Float32Array,
  row: number,
  width: number,
  left: number,
  right: number,
  high: number,
): void {
  const first = Math.floor(left);
  const end = Math.ceil(right);
  const add = (x: number, value: number) => {
    if (x < width) cover[row + x] = (cover[row + x] ?? 0) + value;
  };
  if (end <= first + 1) {
    const middle = (left + right) / 2 - first;
    add(first, high * (1 - middle));
    add(first + 1, high * middle);
    return;
  }
  // What has been covered up to and with each column; the running sum needs the differences.
  let before = 0;
  for (let x = first; x <= end; x++) {
    const covered = high * coveredShare(left, right, x);
    add(x, covered - before);
    before = covered;
  }
}

/** Mean share of pixel `x` that lies right of an edge which runs evenly from `left` to `right`. */
function coveredShare(left: number, right: number, x: number): number {
  const upTo = (at: number): number => {
    if (at <= left) return 0;
    if (at >= right) return (right - left) / 2 + (at - right);
    return (at - left) ** 2 / (2 * (right - left));
  };
  return upTo(x + 1) - upTo(x);
}
