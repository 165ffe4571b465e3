import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderInUse, lockFolder } from './folder-lock';

let place: string;
const temporary = process.env.TMPDIR;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'fieldcert-lock-'));
});
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(place, { recursive: true, force: true });
});

/** A temporary folder of its own, as a service with `PrivateTmp` has it. */
function ownTemporary(name: string): void {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
}

/** What a process leaves behind that is killed while it holds the lock. */
async function killedOver(lock: string): Promise<void> {
  const program = `require('node:net').createServer().listen(process.argv[1], () => console.log('on'))`;
  const child = spawn(process.execPath, ['-e', program, lock], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(statSync(lock).isSocket()).toBe(true);
}

/** Everybody at once; those who got the folder. */
async function allAtOnce(folder: string, count: number) {
  const tries = Array.from({ length: count }, () => lockFolder(folder, 0).catch((error) => error));
  return (await Promise.all(tries)).filter((one) => !(one instanceof FolderInUse));
}

// On Windows nothing lies in the folder: pipes end with their process.
describe.skipIf(process.platform === 'win32')('the lock of a data folder', () => {
  // Would catch: a service and a command that both open the database, because each looks for the lock in a temporary folder of its own.
  it('is seen from every temporary folder', async () => {
    const folder = join(place, 'data');
    ownTemporary('service');
    const release = await lockFolder(folder, 0);
    ownTemporary('shell');
    await expect(lockFolder(folder, 0)).rejects.toThrow(FolderInUse);
    const waiting = lockFolder(folder, 5_000);
    await release();
    await (await waiting)();
    expect(readdirSync(folder)).toEqual([]);
  });

  // Would catch: a folder that nobody can open after a crash; of two that start then, the one that takes away the other's lock.
  it('is taken over from a process that was killed, by one', async () => {
    const folder = join(place, 'data');
    mkdirSync(folder);
    for (let round = 0; round < 8; round++) {
      await killedOver(join(folder, 'central.lock'));
      const got = await allAtOnce(folder, 6);
      expect(got).toHaveLength(1);
      await expect(lockFolder(folder, 0)).rejects.toThrow(FolderInUse);
      await got[0]();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  // Would catch: a long path whose socket lies under another, cut name, or nowhere.
  it('holds in a folder of any length', async () => {
    const folder = join(place, '应急管理局'.repeat(6), '数据'.repeat(12));
    const [release, ...others] = await allAtOnce(folder, 4);
    expect(others).toEqual([]);
    expect(readdirSync(folder)).toEqual(['central.lock']);
    await release();
    const again = await lockFolder(folder, 0);
    await again();
    expect(readdirSync(folder)).toEqual([]);
  });
});
