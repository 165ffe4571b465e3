import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySm4Ctr, sm4Blocks } from './sm4';

const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');

/** The independent checker: OpenSSL's own CTR. */
function opensslCtr(plain: Uint8Array, counter: bigint): string {
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64BE(counter);
  return createCipheriv('sm4-ctr', key, iv).update(plain).toString('hex');
}

function pack(rows: readonly Uint8Array[]) {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + row.length;
  });
  return { bytes: new Uint8Array(Buffer.concat(rows)), offsets };
}

describe('SM4', () => {
  // Would catch: a wrong S-box, key schedule or byte order (GB/T 32907-2016 appendix A.1).
  it('gives the standard vector', () => {
    expect(Buffer.from(sm4Blocks(key, key)).toString('hex')).toBe(
      '681edf34d206965e86b3e94f536e4246',
    );
  });

  // Would catch: key stream shifted between rows, or a block counter that does not continue within a row.
  it('is CTR per row, as OpenSSL has it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 12 }),
        fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_0000n }),
        (rows, first) => {
          const column = pack(rows);
          applySm4Ctr(
            column,
            BigUint64Array.from(rows, (_, i) => first + BigInt(i)),
            key,
          );
          rows.forEach((row, i) => {
            const sealed = column.bytes.subarray(column.offsets[i], column.offsets[i + 1]);
            expect(Buffer.from(sealed).toString('hex')).toBe(opensslCtr(row, first + BigInt(i)));
          });
        },
      ),
    );
  });

  // Would catch: rows lost or key stream reused at the border of two passes.
  it('is the same beyond one pass', () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => Buffer.alloc(33, i));
    const column = pack(rows);
    applySm4Ctr(
      column,
      BigUint64Array.from(rows, (_, i) => BigInt(i)),
      key,
    );
    for (const i of [0, 21_844, 21_845, 21_846, 39_999])
      expect(Buffer.from(column.bytes.subarray(i * 33, i * 33 + 33)).toString('hex')).toBe(
        opensslCtr(rows[i] ?? key, BigInt(i)),
      );
  });

  // Would catch: offsets that leave bytes in plain.
  it('refuses offsets that do not cover the bytes', () => {
    const counters = BigUint64Array.of(1n);
    expect(() =>
      applySm4Ctr({ bytes: new Uint8Array(5), offsets: Uint32Array.of(0, 4) }, counters, key),
    ).toThrow(RangeError);
    expect(() =>
      applySm4Ctr({ bytes: new Uint8Array(5), offsets: Uint32Array.of(1, 5) }, counters, key),
    ).toThrow(RangeError);
    expect(() =>
      applySm4Ctr(
        { bytes: new Uint8Array(5), offsets: Uint32Array.of(0, 6, 5) },
        BigUint64Array.of(1n, 2n),
        key,
      ),
    ).toThrow(RangeError);
  });
});
