import { type BrotliOptions, brotliCompressSync, constants } from 'node:zlib';

/* What stands in for `node:zlib`: itself, but that compressing does not run beside us, and not well: nobody counts these bytes. */

const QUICK: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } };

export function brotliCompress(
  bytes: Uint8Array,
  _options: BrotliOptions,
  done: (error: Error | null, packed: Buffer) => void,
): void {
  done(null, brotliCompressSync(bytes, QUICK));
}

export * from 'node:zlib';
