import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget';
import { Downloader } from './download';
import { FakeTiming } from './fake-timing';
import { Line } from './line';
import type { Transport } from './transport/transport';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OBJECT = Buffer.from('an object of the centre');
const REF = {
  sha256: createHash('sha256').update(OBJECT).digest('hex'),
  bytes: OBJECT.length,
};

async function* body(): AsyncGenerator<Buffer> {
  yield OBJECT;
}

/** A line whose first answers come while something else happens to the machine. */
function lineWhile(happens: (nth: number) => Promise<void>) {
  const timing = new FakeTiming();
  const seen = { asked: 0, destroyed: 0 };
  const transport: Transport = {
    open: async (_endpoint, { onConnected }) => {
      onConnected();
      await happens(seen.asked++);
      return {
        status: 200,
        headers: { 'content-type': 'application/octet-stream' },
        body: body(),
        destroy: () => {
          seen.destroyed++;
        },
      };
    },
    close: () => undefined,
  };
  const setup = { timing, budget: new ByteBudget(timing), transport: () => transport };
  return { line: new Line({ endpoints: ['https://end'], ca: '' }, setup), seen, timing };
}

const { signal } = new AbortController();
const soon = async (act: Promise<Buffer>): Promise<string> =>
  Promise.race([
    act.then((bytes) => (bytes.equals(OBJECT) ? 'fetched' : 'other bytes')),
    new Promise<string>((resolve) => setTimeout(resolve, 5_000, 'waits')),
  ]);

describe('Downloader', () => {
  // Would catch: segments of former lists and what was cut off of them, which fill the disk for ever; and a sweep that
  // takes what the next run continues, or a file that is none of ours.
  it('removes what no list names any more, and nothing else', async () => {
    const { line } = lineWhile(async () => undefined);
    const [kept, begun, gone] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const names = [kept, `${begun}.part`, gone, `${gone}.part`, 'notes.txt', `${gone}.mine`];
    for (const name of names) await writeFile(join(folder, String(name)), 'x');
    const loader = new Downloader(line, folder, String, () => undefined);
    await loader.sweep([{ sha256: String(kept) }, { sha256: String(begun) }]);
    const left = [kept, `${begun}.part`, `${gone}.mine`, 'notes.txt'];
    expect((await readdir(folder)).sort()).toEqual(left.sort());
    await new Downloader(line, join(folder, 'none'), String, () => undefined).sweep([]);
  });

  // Would catch: an answer that is neither read nor let go of when its file cannot be opened, so that its place on the
  // line is taken for ever and no segment, tier or late row comes any more.
  it('lets go of the answer when the file cannot be opened', async () => {
    const pictures = join(folder, 'pictures');
    const { line, seen } = lineWhile(async (nth) => {
      // Somebody empties the cache while the headers are awaited.
      if (nth < 2) await rm(pictures, { recursive: true, force: true });
    });
    const at = (sha256: string) => `/objects/${sha256}`;
    const nothing = () => undefined;
    const view = new Downloader(line, pictures, at, nothing, 'view');
    for (let i = 0; i < 2; i++)
      await expect(view.fetch(REF, signal)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(seen.destroyed).toBeGreaterThanOrEqual(2);
    const bulk = new Downloader(line, join(folder, 'incoming'), at, nothing);
    expect(await soon(bulk.fetch(REF, signal))).toBe('fetched');
    expect(await soon(view.fetch(REF, signal))).toBe('fetched');
  });
});
