import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sniff } from './sniff';

const text = (words: string) => new TextEncoder().encode(words);

function png(width: number, height: number, length = 60): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

function jpeg(width: number, height: number): Uint8Array {
  const frame = [0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3];
  return Uint8Array.from([
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    4,
    0,
    0,
    0xff,
    ...frame,
    ...Array(20).fill(0),
  ]);
}

describe('sniff', () => {
  // Would catch: a picture refused that is one, or sizes read from the wrong bytes.
  it('knows pictures and documents by their marks', () => {
    expect(sniff(png(90, 120))).toEqual({ mime: 'png', width: 90, height: 120 });
    expect(sniff(jpeg(640, 480))).toEqual({ mime: 'jpeg', width: 640, height: 480 });
    expect(sniff(text('%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n'))).toEqual({
      mime: 'pdf',
      width: null,
      height: null,
    });
  });

  // Would catch: markup, programs or archives that come as a picture.
  it('refuses everything else, whatever it is called', () => {
    for (const words of [
      '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
      '<?xml version="1.0"?><svg/>',
      '<html><script>x()</script></html>',
      'GIF89a',
      'RIFF....WEBPVP8 ',
      'PK\u0003\u0004',
      '%PDF-1.4 without an end',
      '%!PS-Adobe',
      '',
    ])
      expect(sniff(text(words))).toBe('type');
  });

  // Would catch: a few bytes that ask for gigabytes when they are drawn.
  it('refuses pictures that nobody can draw', () => {
    expect([sniff(png(60_000, 60_000)), sniff(png(20_000, 2)), sniff(jpeg(9_000, 9_000))]).toEqual([
      'pixels',
      'pixels',
      'pixels',
    ]);
    expect([sniff(png(0, 5)), sniff(jpeg(0, 0)), sniff(png(1, 1, 30))]).toEqual([
      'type',
      'type',
      'type',
    ]);
  });

  // Would catch: a loop without end or a read beyond the bytes, on any bytes at all.
  it('ends on anything', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom([], [0xff, 0xd8, 0xff]),
        (tail, head) => {
          const found = sniff(Uint8Array.from([...head, ...tail]));
          if (typeof found !== 'string' && found.mime !== 'pdf')
            expect((found.width ?? 0) * (found.height ?? 0)).toBeLessThanOrEqual(24_000_000);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
