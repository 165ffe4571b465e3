import { execFileSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Canvas } from './canvas';
import { paintPicture } from './png';

/** Ink on the whole canvas, in pixels. */
const inkOf = ({ pixels }: Canvas): number =>
  pixels.reduce((sum, value) => sum + (255 - value), 0) / 3 / 255;
const point = fc.tuple(
  fc.double({ min: 2, max: 58, noNaN: true }),
  fc.double({ min: 2, max: 38, noNaN: true }),
);

describe('a canvas', () => {
  // Bug: edges that cover too much or nothing, at any slope, on either side, in either direction.
  it('covers exactly the area of any triangle', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const canvas = new Canvas(60, 40);
        canvas.fill([[...a, ...b, ...c]], [0, 0, 0]);
        const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
        // Rounding to 8 bits, and the faintest pixels that are left out, along the outline.
        expect(Math.abs(inkOf(canvas) - area)).toBeLessThan(1 + area / 100);
      }),
      { numRuns: 300 },
    );
  });

  // Bug: a shape beyond the edge that is folded back in, or a hole that is filled.
  it('cuts at its edge, and leaves holes open', () => {
    const canvas = new Canvas(10, 10);
    canvas.fill([[-5, -5, 5, -5, 5, 5, -5, 5]], [0, 0, 0]);
    expect(inkOf(canvas)).toBeCloseTo(25, 1);
    const ring = new Canvas(10, 10);
    ring.fill(
      [
        [1, 1, 9, 1, 9, 9, 1, 9],
        [3, 3, 3, 7, 7, 7, 7, 3],
      ],
      [0, 0, 0],
    );
    expect(inkOf(ring)).toBeCloseTo(64 - 16, 1);
    const half = new Canvas(4, 4);
    half.fill([[0.5, 0, 3.5, 0, 3.5, 4, 0.5, 4]], [0, 0, 0], 0.5);
    expect(inkOf(half)).toBeCloseTo(6, 1);
  });
});

describe('a picture', () => {
  // Bug: a PNG that no other reader takes: a wrong check sum, size, filter or colour.
  it('is a PNG with the colours of its shapes', () => {
    const png = Buffer.from(
      paintPicture({
        width: 20,
        height: 10,
        shapes: [{ kind: 'rect', x: 5, y: 2, width: 10, height: 4, fill: '#1f4e79' }],
      }),
    );
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    // Python checks every chunk's CRC with its own zlib.
    const read = `
import sys, struct, zlib
data = sys.stdin.buffer.read(); at = 8; out = b''
while at < len(data):
    size, kind = struct.unpack('>I4s', data[at:at + 8]); body = data[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack('>I', data[at + 8 + size:at + 12 + size])[0]
    if kind == b'IDAT': out += body
    at += 12 + size
sys.stdout.buffer.write(zlib.decompress(out))`;
    const lines = execFileSync('python3', ['-c', read], { input: png });
    expect(lines.equals(inflateSync(png.subarray(png.indexOf('IDAT') + 4, png.length - 16)))).toBe(
      true,
    );
    const stride = 40 * 3 + 1;
    expect(lines.length).toBe(stride * 20);
    const colorAt = (x: number, y: number) => {
      const line = lines.subarray(y * stride + 1, (y + 1) * stride);
      return [0, 1, 2].map((channel) => {
        let value = 0;
        for (let i = channel; i <= x * 3 + channel; i += 3) value = (value + (line[i] ?? 0)) & 255;
        return value;
      });
    };
    expect(colorAt(20, 8)).toEqual([0x1f, 0x4e, 0x79]);
    expect(colorAt(2, 8)).toEqual([255, 255, 255]);
    expect(colorAt(29, 11)).toEqual([0x1f, 0x4e, 0x79]);
    expect(colorAt(30, 12)).toEqual([255, 255, 255]);
  });
});
