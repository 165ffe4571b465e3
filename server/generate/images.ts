import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random';

/** An indexed picture that draws itself row by row. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))) >>> 0);
  return Buffer.concat([head, data, tail]);
}

/** PNG with a palette (ISO/IEC 15948), 8 bits an index. */
function encodePng({ width, height, pixels }: Canvas, palette: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const colours = Uint8Array.from(
    palette.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

const canvas = (width: number, height: number): Canvas => ({
  width,
  height,
  pixels: new Uint8Array(width * height),
});

function ellipse(
  target: Canvas,
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  colour: number,
): void {
  const top = Math.max(0, Math.floor(cy - ry));
  const bottom = Math.min(target.height - 1, Math.ceil(cy + ry));
  for (let y = top; y <= bottom; y++) {
    const half = rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2));
    const left = Math.max(0, Math.round(cx - half));
    target.pixels.fill(
      colour,
      y * target.width + left,
      y * target.width + Math.min(target.width, Math.round(cx + half)),
    );
  }
}

function bar(
  target: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: number,
): void {
  for (let y = top; y < top + height && y < target.height; y++) {
    target.pixels.fill(
      colour,
      y * target.width + left,
      y * target.width + Math.min(target.width, left + width),
    );
  }
}

const SKINS = [0xf1c9a5, 0xe6b98f, 0xd9a679, 0xc98f62];
const HAIRS = [0x1c1a19, 0x2b211c, 0x3a3230, 0x6d6a68];
const SHIRTS = [0x24476b, 0x5b6470, 0xa13d2d, 0x2f6b4f, 0xdadfe5];
const GROUNDS = [0xffffff, 0x6fa8dc, 0xd64541];

/** A face-like portrait on a plain ground: no picture of anybody. PNG, 1–2 kB. */
export function portrait(random: Random): Buffer {
  const face = canvas(90, 120);
  const palette = [
    random.pick(GROUNDS),
    random.pick(SKINS),
    random.pick(HAIRS),
    random.pick(SHIRTS),
    0x2a2522,
    0xb4584a,
  ];
  const cx = 45 + random.int(-2, 2);
  const rx = random.int(20, 25);
  const ry = random.int(27, 31);
  ellipse(face, cx, 126, random.int(38, 46), 38, 3);
  bar(face, cx - 8, 76, 17, 18, 1);
  ellipse(face, cx, 46, rx + 3, ry + 4, 2);
  ellipse(face, cx, 53, rx, ry, 1);
  const eyes = random.int(7, 10);
  for (const side of [-1, 1]) {
    ellipse(face, cx + side * eyes, 50, 3, 2, 4);
    bar(face, cx + side * eyes - 4, 44 + random.int(-1, 1), 9, 1, 2);
  }
  bar(face, cx - 1, 54, 3, random.int(6, 9), 5);
  bar(face, cx - random.int(5, 8), 70, random.int(11, 15), 2, 5);
  return encodePng(face, palette);
}

/** A page like a scanned certificate: frame, title, lines, a red seal. PNG. */
export function scanOfCertificate(random: Random): Buffer {
  const page = canvas(260, 180);
  bar(page, 8, 8, 244, 164, 1);
  bar(page, 10, 10, 240, 160, 0);
  bar(page, 70, 20, 120, 12, 2);
  for (let line = 0; line < 7; line++) bar(page, 24, 46 + line * 16, random.int(70, 150), 3, 2);
  bar(page, 196, 46, 42, 54, 3);
  const [x, y] = [random.int(170, 210), random.int(126, 146)];
  ellipse(page, x, y, 22, 22, 4);
  ellipse(page, x, y, 19, 19, 0);
  ellipse(page, x, y, 5, 5, 4);
  return encodePng(page, [0xf7f3ea, 0x8a7a55, 0x3a3a3a, 0xc9d3dc, 0xc0392b]);
}
