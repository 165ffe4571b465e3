import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockMapBytes, parseBlockMap } from './release-blocks';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const sizes = fc.array(fc.integer({ min: 1, max: 1_048_576 }), { maxLength: 40 });
const mapOf = (list: readonly number[]) =>
  blockMapBytes(list.map((bytes, index) => ({ bytes, sha256: sha256(`${index}`) })));
const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);

describe('the map of a package’s blocks', () => {
  // Would catch: lengths or hashes written in one order and read in another; offsets that drift.
  it('is read as it was written', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const blocks = parseBlockMap(mapOf(list), sum(list));
        expect(blocks?.map(({ bytes }) => bytes)).toEqual(list);
        blocks?.forEach(({ offset, hash }, index) => {
          expect(offset).toBe(sum(list.slice(0, index)));
          expect(hash).toBe(sha256(`${index}`).slice(0, 32));
        });
      }),
    );
  });

  // Would catch: a map of another file, a cut one, a block of no length (endless) or of a length that fills the memory.
  it('is refused when it is none of this file', () => {
    const map = mapOf([10, 20]);
    expect(parseBlockMap(map, 30)).toHaveLength(2);
    expect(parseBlockMap(map, 31)).toBeUndefined();
    expect(parseBlockMap(map.subarray(0, -1), 30)).toBeUndefined();
    expect(parseBlockMap(map.subarray(1), 30)).toBeUndefined();
    expect(parseBlockMap(new Uint8Array(), 0)).toBeUndefined();
    expect(parseBlockMap(mapOf([10, 0, 20]), 30)).toBeUndefined();
    expect(parseBlockMap(mapOf([1_048_577]), 1_048_577)).toBeUndefined();
    const other = map.slice();
    other[0] = 0;
    expect(parseBlockMap(other, 30)).toBeUndefined();
  });
});
