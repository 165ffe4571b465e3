import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { diskError, sweepTemporary, writeAtomically } from './atomic-write';
import { HighestSeen } from './clock';
import { dataPaths } from './paths';

const root = await mkdtemp(join(tmpdir(), 'fc-platform-'));
afterAll(() => rm(root, { recursive: true }));

describe('writeAtomically', () => {
  // Would catch: old bytes left behind new ones, temporary files left over, a file that others can read.
  it('replaces whole files', async () => {
    const path = join(root, 'a.json');
    await writeAtomically(path, 'a long first version');
    await Promise.all(['one', 'two', 'three'].map((text) => writeAtomically(path, text)));
    expect(['one', 'two', 'three']).toContain(await readFile(path, 'utf8'));
    expect(await readdir(root)).toEqual(['a.json']);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0);
  });

  // Would catch: a failed write that destroys the old file or leaves its temporary one.
  it('keeps the old bytes when it fails', async () => {
    const target = join(root, 'folder', 'b.json');
    await writeAtomically(join(root, 'a.json'), 'kept');
    await expect(writeAtomically(target, 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writeAtomically(root, 'x')).rejects.toBeDefined();
    expect(await readFile(join(root, 'a.json'), 'utf8')).toBe('kept');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(diskError(full, 3_000_000)).toMatchObject({
      code: 'DISK_FULL',
      params: { neededMb: 3 },
    });
  });

  // Would catch: files of killed writes that pile up, or a file of somebody else swept away with them.
  it('sweeps what killed writes left and nothing else', async () => {
    const folder = join(root, 'swept');
    await mkdir(folder);
    const others = ['a.json', 'b.tmp', 'c.json.0123456789ab.tmp.txt', 'd.0123456789aG.tmp'];
    for (const name of [...others, 'keyslots.json.0123456789ab.tmp'])
      await writeFile(join(folder, name), 'x');
    await sweepTemporary(folder);
    await sweepTemporary(join(root, 'not there'));
    expect((await readdir(folder)).sort()).toEqual(others);
  });
});

describe('HighestSeen', () => {
  // Would catch: time that falls, or stands still while the wall clock is set back.
  it('never falls and goes on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(100_000)), { maxLength: 20 }),
        (steps) => {
          let nowMs = 1.8e12;
          let monotonicMs = 0;
          const seen = new HighestSeen(
            { nowMs: () => nowMs, monotonicMs: () => monotonicMs },
            1.7e12,
          );
          let before = seen.highestMs();
          for (const [jump, passed] of steps) {
            nowMs += jump + passed;
            monotonicMs += passed;
            const after = seen.highestMs();
            expect(after >= before + passed && after >= nowMs).toBe(true);
            expect(seen.setBackMs()).toBe(after - nowMs);
            before = after;
          }
        },
      ),
    );
  });
});

describe('dataPaths', () => {
  // Would catch: the practice office in the real one's folder, or anything of an office outside its own.
  it('keeps what belongs to an office inside it', () => {
    const paths = dataPaths(root);
    expect(paths.grants).toBe(join(root, 'office', 'grants'));
    expect(dataPaths(root, 'practice').slice).not.toBe(paths.slice);
  });
});
