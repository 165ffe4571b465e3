import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bucketStream, leafHasher, type Sha256 } from '../../../shared/domain/sync/digest';
import { BucketHasher } from './leaf';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

// Would catch: the fast hasher leaving the digest's definition, which would fail every slice.
it('hashes buckets as the shared definition does', () => {
  const row = fc.record({
    step: fc.integer({ min: 1, max: 90 }),
    rev: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    text: fc.string({ unit: 'grapheme' }),
    tag: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 })),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 50 }),
      fc.array(row, { maxLength: 200 }),
      (first, rows) => {
        const fast = new BucketHasher();
        const slow = bucketStream(sha256);
        const leaf = leafHasher(sha256);
        let id = first;
        for (const { step, rev, text, tag } of rows) {
          id += step;
          fast.push(id, rev, text, tag);
          slow.push(id, leaf(id, rev, text, tag ?? undefined));
        }
        const { buckets, hashes } = fast.end();
        const expected = [...slow.end()];
        expect([...buckets]).toEqual(expected.map(([bucket]) => bucket));
        expect(Buffer.from(hashes).toString('hex')).toBe(
          expected.map(([, hash]) => Buffer.from(hash).toString('hex')).join(''),
        );
      },
    ),
    { numRuns: 60 },
  );
});
