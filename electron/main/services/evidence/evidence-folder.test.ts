import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EvidenceFolder } from './evidence-folder';

const hash = (digit: string) => digit.repeat(64);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('evidence of a restored backup', () => {
  // Would catch: restored photos that are never sent, one that takes the place of a newer box, or strangers taken along.
  it('joins what waits here, and takes nothing away', async () => {
    const folder = new EvidenceFolder(join(root, 'waiting'));
    await folder.keep(hash('a'), Buffer.from('here'));
    const restored = join(root, 'restored');
    await mkdir(restored);
    for (const name of [
      `${hash('a')}.box`,
      `${hash('b')}.box`,
      `${hash('c')}.box.refused`,
      'x.txt',
    ])
      await writeFile(join(restored, name), `restored ${name}`);
    await folder.adopt(restored);
    expect((await folder.waiting()).map(({ sha256 }) => sha256).sort()).toEqual([
      hash('a'),
      hash('b'),
    ]);
    expect(await folder.refusedCount()).toBe(1);
    expect((await folder.read(hash('a'))).toString()).toBe('here');
    expect(await readdir(join(root, 'waiting'))).not.toContain('x.txt');
    await expect(readdir(restored)).rejects.toThrow();
  });

  // Would catch: a take-up that a kill broke off and that fails, or loses something, the second time.
  it('goes on where a kill broke it off, and is nothing where there is none', async () => {
    const folder = new EvidenceFolder(join(root, 'waiting'));
    await folder.adopt(join(root, 'none'));
    expect(await folder.waiting()).toEqual([]);
    const restored = join(root, 'restored');
    await mkdir(restored);
    await writeFile(join(restored, `${hash('d')}.box`), 'left');
    await folder.adopt(restored);
    await folder.adopt(restored);
    expect(await readFile(join(root, 'waiting', `${hash('d')}.box`), 'utf8')).toBe('left');
  });
});
