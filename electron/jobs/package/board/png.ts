import { deflateSync } from 'node:zlib';
import type { PathCommand } from 'fontkit';
import { loadFonts } from '../pdf/fonts';
import { Canvas, type Outline } from './canvas';
import type { Picture, TextShape } from './shapes';

/** Pixels a point: an A4 page across is 1,684 pixels wide. */
const SCALE = 2;
/** Straight pieces of a curve. */
const PIECES = 6;

/** A picture as PNG (RFC 2083, 8-bit RGB): drawn here from shapes and the product's own fonts, the same bytes on every machine. */
export function paintPicture({ width, height, shapes }: Picture): Uint8Array {
  const canvas = new Canvas(Math.round(width * SCALE), Math.round(height * SCALE));
  for (const shape of shapes) {
    if (shape.kind === 'text') {
      canvas.fill(textOutlines(shape), rgb(shape.color), shape.opacity ?? 1);
      continue;
    }
    const [left, top] = [shape.x * SCALE, shape.y * SCALE];
    const [right, bottom] = [left + shape.width * SCALE, top + shape.height * SCALE];
    canvas.fill([[left, top, right, top, right, bottom, left, bottom]], rgb(shape.fill));
  }
  return encodePng(canvas);
}

function rgb(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function textOutlines({ text, x, y, sizePt, isBold, turn = 0 }: TextShape): Outline[] {
  const fonts = loadFonts();
  const found: Outline[] = [];
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  let pen = 0;
  for (const run of fonts.runs(text, isBold)) {
    const { glyphs, advance, ascent } = fonts.outlines(run);
    for (const glyph of glyphs) {
      const place = (emX: number, emY: number): [number, number] => {
        const across = (pen + glyph.x + emX * glyph.scale) * sizePt;
        const down = (ascent - glyph.y - emY * glyph.scale) * sizePt;
        return [(x + across * cos - down * sin) * SCALE, (y + across * sin + down * cos) * SCALE];
      };
      found.push(...flattened(glyph.commands, place));
    }
    pen += advance;
  }
  return found;
}

function flattened(
  commands: readonly PathCommand[],
  place: (x: number, y: number) => [number, number],
): Outline[] {
  const outlines: number[][] = [];
  let [x, y] = [0, 0];
  const to = (nextX: number, nextY: number) => {
    outlines.at(-1)?.push(...place(nextX, nextY));
  };
  for (const { command, args } of commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    if (command === 'moveTo') {
      outlines.push([...place(a, b)]);
      [x, y] = [a, b];
    } else if (command === 'lineTo') {
      to(a, b);
      [x, y] = [a, b];
    } else if (command === 'quadraticCurveTo') {
      for (let i = 1; i <= PIECES; i++) {
        const t = i / PIECES;
        const u = 1 - t;
        to(u * u * x + 2 * u * t * a + t * t * c, u * u * y + 2 * u * t * b + t * t * d);
      }
      [x, y] = [c, d];
    } else if (command === 'bezierCurveTo') {
      for (let i = 1; i <= PIECES; i++) {
        const t = i / PIECES;
        const u = 1 - t;
        const [p, q, r, s] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
        to(p * x + q * a + r * c + s * e, p * y + q * b + r * d + s * f);
      }
      [x, y] = [e, f];
    }
  }
  return outlines;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function encodePng({ width, height, pixels }: Canvas): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // 8 bits a channel, RGB; the rest is 0.
  head.set([8, 2], 8);
  const density = Buffer.alloc(9);
  const perMetre = Math.round((72 * SCALE) / 0.0254);
  density.writeUInt32BE(perMetre, 0);
  density.writeUInt32BE(perMetre, 4);
  density[8] = 1;
  const stride = width * 3;
  const lines = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const line = pixels.subarray(y * stride, (y + 1) * stride);
    // Filter 1: each byte less the one of the pixel before it; flat colours become zeros.
    const at = y * (stride + 1);
    lines[at] = 1;
    for (let i = 0; i < stride; i++)
      lines[at + 1 + i] = ((line[i] ?? 0) - (i < 3 ? 0 : (line[i - 3] ?? 0))) & 255;
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('pHYs', density),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC of RFC 2083, annex 15. Node has one from 22.2 on; this process also runs on older ones. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC_TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
