import type { Mime } from '../model';

/** What bytes are by their own marks. Pixels; null for a document, whose pages are measured where they are drawn. */
export interface Sniffed {
  readonly mime: Mime;
  readonly width: number | null;
  readonly height: number | null;
}
/** `type`: neither JPEG nor PNG nor PDF, or not whole; `pixels`: a picture that would take too much memory to draw. */
export type SniffFault = 'type' | 'pixels';

/** Longest side and area of a picture that is decoded; 24 million pixels are 96 MB when drawn. */
const MAX_SIDE = 10_000;
const MAX_PIXELS = 24_000_000;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];
const PDF_END = [0x25, 0x25, 0x45, 0x4f, 0x46];
/** A PDF's end mark may be followed by so much (ISO 32000-1, annex H). */
const PDF_TAIL = 1_024;

const startsWith = (bytes: Uint8Array, mark: readonly number[], at = 0): boolean =>
  mark.every((value, i) => bytes[at + i] === value);

/** Frame headers of JPEG (ISO/IEC 10918-1): all but the tables that share their range. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Width and height from the first frame header; undefined where there is none. */
function jpegSize(bytes: Uint8Array): readonly [number, number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    // Scan data or the end before any frame.
    if (marker === 0xda || marker === 0xd9) return undefined;
    const length = view.getUint16(at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** Width and height of the IHDR chunk, which comes first (ISO/IEC 15948). */
function pngSize(bytes: Uint8Array): readonly [number, number] | undefined {
  if (bytes.length < 45 || !startsWith(bytes, [0x49, 0x48, 0x44, 0x52], 12)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

function isPdf(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, PDF)) return false;
  const from = Math.max(0, bytes.length - PDF_TAIL);
  for (let at = bytes.length - PDF_END.length; at >= from; at--)
    if (startsWith(bytes, PDF_END, at)) return true;
  return false;
}

/**
 * What a file is by its bytes, never by its name or by what anybody says of it. Everything but JPEG, PNG and PDF
 * is refused, SVG and HTML among it.
 */
export function sniff(bytes: Uint8Array): Sniffed | SniffFault {
  if (isPdf(bytes)) return { mime: 'pdf', width: null, height: null };
  const isPng = startsWith(bytes, PNG);
  const isJpeg = startsWith(bytes, [0xff, 0xd8, 0xff]);
  const size = isPng ? pngSize(bytes) : isJpeg ? jpegSize(bytes) : undefined;
  if (size === undefined) return 'type';
  const [width, height] = size;
  if (width === 0 || height === 0) return 'type';
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) return 'pixels';
  return { mime: isPng ? 'png' : 'jpeg', width, height };
}
