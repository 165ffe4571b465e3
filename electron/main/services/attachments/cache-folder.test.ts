import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CacheFolder } from './cache-folder';

let root: string;
let serial = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fieldcert-cache-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const nameOf = (i: number) => String(i).padStart(40, '0');

type Step =
  | { readonly act: 'put'; readonly file: number; readonly bytes: number }
  | { readonly act: 'use' | 'remove'; readonly file: number }
  | { readonly act: 'room'; readonly budget: number; readonly incoming: number }
  | { readonly act: 'reopen' };
const file = fc.integer({ min: 0, max: 6 });
const step = fc.oneof(
  fc.record({ act: fc.constant('put' as const), file, bytes: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ act: fc.constantFrom('use' as const, 'remove' as const), file }),
  fc.record({ act: fc.constant('room' as const), budget: fc.nat(1_500), incoming: fc.nat(300) }),
  fc.record({ act: fc.constant('reopen' as const) }),
);

/** The same acts on a map, beside the real folder. */
class Model {
  readonly files = new Map<string, { bytes: number; usedMs: number }>();
  room(budget: number, incoming: number): boolean {
    if (incoming > budget) return false;
    const order = [...this.files].sort(
      (a, b) => a[1].usedMs - b[1].usedMs || (a[0] < b[0] ? -1 : 1),
    );
    for (const [name] of order) {
      const used = [...this.files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      if (used + incoming <= budget) break;
      this.files.delete(name);
    }
    return true;
  }
}

describe('the folder of the cache', () => {
  // Would catch: books that differ from the disk, an order that a restart forgets, or files that nobody counts.
  it('keeps what a model keeps, over restarts too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { maxLength: 25 }), async (steps) => {
        const folder = join(root, String(++serial));
        let cache = await CacheFolder.open(folder);
        await cache.clear();
        const model = new Model();
        let nowMs = 1_790_000_000_000;
        for (const one of steps) {
          nowMs += 1_000;
          if (one.act === 'put') {
            await writeFile(join(folder, nameOf(one.file)), Buffer.alloc(one.bytes));
            await cache.learn(nameOf(one.file));
            await cache.touch(nameOf(one.file), nowMs);
            model.files.set(nameOf(one.file), { bytes: one.bytes, usedMs: nowMs });
          } else if (one.act === 'use') {
            await cache.touch(nameOf(one.file), nowMs);
            const known = model.files.get(nameOf(one.file));
            if (known !== undefined) known.usedMs = nowMs;
          } else if (one.act === 'remove') {
            await cache.remove(nameOf(one.file));
            model.files.delete(nameOf(one.file));
          } else if (one.act === 'room') {
            expect(await cache.makeRoom(one.budget, one.incoming)).toBe(
              model.room(one.budget, one.incoming),
            );
          } else cache = await CacheFolder.open(folder);
          expect((await readdir(folder)).sort()).toEqual([...model.files.keys()].sort());
          expect(cache.bytes).toBe(
            [...model.files.values()].reduce((sum, { bytes }) => sum + bytes, 0),
          );
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  // Would catch: a half download that a kill left and nobody ever counts or removes, or foreign files that stay.
  it('counts parts that a kill left, and lets nothing else stay', async () => {
    const folder = join(root, 'killed');
    const first = await CacheFolder.open(folder);
    await first.clear();
    await writeFile(join(folder, `${nameOf(1)}.part`), Buffer.alloc(70));
    await writeFile(join(folder, nameOf(2)), Buffer.alloc(30));
    await writeFile(join(folder, 'photo.png'), 'x');
    const cache = await CacheFolder.open(folder);
    expect([cache.bytes, cache.count, cache.has(nameOf(1))]).toEqual([100, 2, false]);
    expect(await cache.keepOnly(new Set([nameOf(2)]))).toBe(1);
    expect(await readdir(folder)).toEqual([nameOf(2)]);
  });
});
