import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CounterReserve } from './counter-reserve';

const folders: string[] = [];
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'fc-counter-'));
  folders.push(path);
  return path;
}
afterEach(() => Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true }))));

describe('CounterReserve', () => {
  // Would catch: a counter given twice, at once, after a restart or after a restored backup.
  it('never repeats', async () => {
    const path = join(await folder(), 'counter.json');
    const first = await CounterReserve.open(path);
    const ranges = await Promise.all(
      [10, 1, 4096].map(async (count) => ({ from: await first.reserve(count), count })),
    );
    await copyFile(path, `${path}.backup`);
    ranges.push({ from: await first.reserve(5), count: 5 });
    ranges.push({ from: await (await CounterReserve.open(path)).reserve(5), count: 5 });
    ranges.push({ from: await (await CounterReserve.open(`${path}.backup`)).reserve(5), count: 5 });
    ranges.sort((a, b) => (a.from < b.from ? -1 : 1));
    ranges.forEach(({ from, count }, i) => {
      const next = ranges[i + 1];
      if (next) expect(from + BigInt(count) <= next.from).toBe(true);
    });
  });

  // Would catch: starting at zero again because the file is damaged.
  it('refuses a damaged file', async () => {
    const path = join(await folder(), 'counter.json');
    await writeFile(path, '{"format":"fieldcert-seal-counter","version":1,"next":"-1"}');
    await expect(CounterReserve.open(path)).rejects.toMatchObject({ code: 'KEYSLOTS_DAMAGED' });
  });
});
