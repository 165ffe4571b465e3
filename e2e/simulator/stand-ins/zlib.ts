import { type BrotliOptions, brotliCompressSync } from 'node:zlib';

/* What stands in for `node:zlib`: itself, but that compressing does not run beside us. */

export function brotliCompress(
  bytes: Uint8Array,
  options: BrotliOptions,
  done: (error: Error | null, packed: Buffer) => void,
): void {
  done(null, brotliCompressSync(bytes, options));
}

export * from 'node:zlib';
