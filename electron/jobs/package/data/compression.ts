import { Duplex } from 'node:stream';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';

/** `CompressionStream` for raw deflate over Node's own zlib. */
class RawDeflateStream {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  constructor() {
    const pair = Duplex.toWeb(createDeflateRaw()) as {
      readable: ReadableStream;
      writable: WritableStream;
    };
    this.readable = pair.readable;
    this.writable = pair.writable;
  }
}

/** Gives the workbook writer a raw-deflate stream where the runtime's lacks that format (Node 18, Electron 25). */
export function ensureRawDeflate(): void {
  try {
    new CompressionStream('deflate-raw');
  } catch {
    Object.defineProperty(globalThis, 'CompressionStream', {
      value: RawDeflateStream,
      configurable: true,
    });
  }
}

/** `DecompressionStream` for raw deflate over Node's own zlib. */
class RawInflateStream {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  constructor() {
    const pair = Duplex.toWeb(createInflateRaw()) as {
      readable: ReadableStream;
      writable: WritableStream;
    };
    this.readable = pair.readable;
    this.writable = pair.writable;
  }
}

/** The same for the workbook reader. */
export function ensureRawInflate(): void {
  try {
    new DecompressionStream('deflate-raw');
  } catch {
    Object.defineProperty(globalThis, 'DecompressionStream', {
      value: RawInflateStream,
      configurable: true,
    });
  }
}
