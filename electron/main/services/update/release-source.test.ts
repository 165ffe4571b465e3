import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderSource } from './release-source';

const isPosix = process.platform !== 'win32';
const WHOLE = { from: 0, end: null, tag: null };

let folder: string;
let source: FolderSource;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fc-rel-'));
  await mkdir(join(folder, 'metadata'));
  await mkdir(join(folder, 'files'));
  source = new FolderSource(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(from: number) {
  const opened = await source.file('a.deb', { ...WHOLE, from });
  const pieces: Buffer[] = [];
  for await (const piece of opened.body) pieces.push(piece);
  return { from: opened.from, text: Buffer.concat(pieces).toString() };
}

describe('releases on a stick', () => {
  // Would catch: bytes of another place than was asked for, now that the file is opened before.
  it('are read from where it is asked, or from the start where they end before', async () => {
    await writeFile(join(folder, 'files', 'a.deb'), '0123456789');
    expect(await read(0)).toEqual({ from: 0, text: '0123456789' });
    expect(await read(7)).toEqual({ from: 7, text: '789' });
    expect(await read(11)).toEqual({ from: 0, text: '0123456789' });
  });

  // Would catch: an open that fails after the answer, told by an event that nobody listens to yet: the program ends of it.
  it.runIf(isPosix)('that do not open are refused at once', async () => {
    // A socket is there for stat and cannot be opened.
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(folder, 'files', 's.deb'), done));
    try {
      await expect(source.file('s.deb', WHOLE)).rejects.toMatchObject({ code: 'ENXIO' });
    } finally {
      server.close();
    }
    await expect(source.file('none.deb', WHOLE)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  // Would catch: a folder read as a list, a pipe that takes a thread for good.
  it('are files, neither folders nor pipes', async () => {
    await mkdir(join(folder, 'metadata', 'root.json'));
    await mkdir(join(folder, 'files', 'a.deb'));
    expect(await source.metadata('root.json')).toBeNull();
    await expect(source.file('a.deb', WHOLE)).rejects.toThrow('no file');
    if (!isPosix) return;
    const pipes = [join(folder, 'metadata', 'pipe'), join(folder, 'files', 'pipe')];
    execFileSync('mkfifo', pipes);
    // Lets go who waits: without it a failed test would never end.
    const late = setInterval(() => {
      for (const pipe of pipes) closeSync(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
    }, 2_000);
    const begun = performance.now();
    expect(await source.metadata('pipe')).toBeNull();
    await expect(source.file('pipe', WHOLE)).rejects.toThrow('no file');
    clearInterval(late);
    expect(performance.now() - begun).toBeLessThan(1_900);
  });
});
