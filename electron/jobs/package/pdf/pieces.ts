import type { Readable } from 'node:stream';

const PIECE_BYTES = 65_536;

/**
 * Has a stream hand out large pieces. PDFKit pushes every line by itself: a list is a quarter of a million of them, and
 * each waits as an object of its own for the disk.
 */
export function pushPieces(stream: Readable): void {
  const push = stream.push.bind(stream);
  let piece = Buffer.alloc(PIECE_BYTES);
  let used = 0;
  const flush = (): boolean => {
    const whole = piece.subarray(0, used);
    if (used === 0) return true;
    piece = Buffer.alloc(PIECE_BYTES);
    used = 0;
    return push(whole);
  };
  stream.push = (chunk: Uint8Array | null): boolean => {
    if (chunk === null) {
      flush();
      return push(null);
    }
    if (used + chunk.length > PIECE_BYTES) flush();
    if (chunk.length > PIECE_BYTES) return push(chunk);
    piece.set(chunk, used);
    used += chunk.length;
    return true;
  };
}
