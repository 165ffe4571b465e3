import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ReleaseBlock } from '../../../../shared/protocol/release-blocks';
import { Reuse } from './reuse';

const work = mkdtempSync(join(tmpdir(), 'fieldcert-reuse-'));
const [earlierPath, part] = [join(work, 'earlier'), join(work, 'part')];
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Blocks of a few kinds, so that two files share some, in another order and at other places. */
const file = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
const contentOf = (kind: number) => Buffer.alloc(20_000 + 7_919 * kind, `block ${kind}, `);

function made(kinds: readonly number[]) {
  const blocks: ReleaseBlock[] = [];
  let offset = 0;
  for (const kind of kinds) {
    const bytes = contentOf(kind);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    blocks.push({ offset, bytes: bytes.length, hash });
    offset += bytes.length;
  }
  return { blocks, bytes: Buffer.concat(kinds.map(contentOf)) };
}

describe('what a new file shares with an earlier one', () => {
  // Would catch: a block put down from its begin when its first half is there already, a gap that ends before it begins
  // or swallows everything, a changed block of the earlier file taken.
  it('is put together with what is fetched, from any byte on, whatever the earlier file holds by now', async () => {
    const halves = fc.array(fc.integer({ min: 1, max: 120_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(file, file, halves, fc.boolean(), async (old, fresh, cuts, isSpoilt) => {
        const [earlier, wanted] = [made(old), made(fresh)];
        const spoilt = Buffer.from(earlier.bytes);
        if (isSpoilt) for (let at = 0; at < spoilt.length; at += 45_000) spoilt[at] = 0;
        writeFileSync(earlierPath, spoilt);
        const reuse = new Reuse(earlierPath, earlier.blocks, wanted.blocks);
        const promised = reuse.expectedBytes;
        writeFileSync(part, '');
        const told: number[] = [];
        const { signal } = new AbortController();
        let fetched = 0;
        for (let size = 0; size < wanted.bytes.length; ) {
          const at = await reuse.fill(part, size, signal, (done) => told.push(done));
          expect(readFileSync(part).equals(wanted.bytes.subarray(0, at))).toBe(true);
          const end = reuse.endOfGap(at);
          if (at < wanted.bytes.length) expect(end).toBeGreaterThan(at);
          // The line gives the gap, or the first bytes of it.
          size = Math.min(end, at + (cuts.pop() ?? Number.POSITIVE_INFINITY));
          fetched += size - at;
          writeFileSync(part, wanted.bytes.subarray(0, size));
        }
        expect(readFileSync(part).equals(wanted.bytes)).toBe(true);
        expect(reuse.reusedBytes + fetched).toBe(wanted.bytes.length);
        expect(told).toEqual([...told].sort((a, b) => a - b));
        if (!isSpoilt && promised === wanted.bytes.length) expect(fetched).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
