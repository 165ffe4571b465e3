import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFile } from './load-file';
import { TableProblem } from './table-problem';

const MOST = 64 << 20;
const NOBODY = 65_534;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-load-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kindOf = (path: string) =>
  loadFile(path, MOST).then(
    (bytes) => `read ${bytes.length}`,
    (error: unknown) => (error instanceof TableProblem ? error.kind : `crash ${String(error)}`),
  );
function file(name: string, content: string | Buffer = 'list'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Opens a file by another program, which does what the words say before it is up, and holds it until it is stopped. */
async function held(path: string, words: string): Promise<() => void> {
  const program = `$SIG{IO} = 'IGNORE'; open(F, '+<', $ARGV[0]) or die; ${words} $| = 1; print "up\\n"; sleep 600;`;
  const holder = spawn('perl', ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(holder.stdout, 'data')) as [Buffer];
  expect(String(said)).toBe('up\n');
  return () => void holder.kill('SIGKILL');
}

describe('a file that is given out', () => {
  // Bug: pieces put together wrongly, or the last one lost.
  it('is read whole, whatever its size', async () => {
    for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 7]) {
      const content = Buffer.alloc(size, '0123456789');
      expect((await loadFile(file(`size-${size}`, content), MOST)).equals(content)).toBe(true);
    }
    expect(await kindOf(file('long', Buffer.alloc(MOST + 1)))).toBe('too-large');
  });
});

describe('what is no file', () => {
  // Bug: a pipe that nobody writes to is opened and waited for, a device read without end, until the program is killed.
  it('is refused without waiting for it', async () => {
    const pipe = join(folder, 'list.csv');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(folder, 'folder.xlsx'));
    for (const path of [pipe, join(folder, 'folder.xlsx'), '/dev/zero', '/dev/tty'])
      expect([path, await kindOf(path)]).toEqual([path, 'not-a-table']);
    expect(await kindOf(join(folder, 'gone.csv'))).toBe('unreadable');
  });
});

describe('a file that another program holds', () => {
  // Bug: opening waits until the other program lets go (45 s on Linux), or the reason reads "gone".
  it('for itself (a lease), is refused at once as locked', async () => {
    const path = file('leased.xlsx');
    const release = await held(path, 'fcntl(F, 1024, 1) or die "lease: $!";');
    try {
      expect(await kindOf(path)).toBe('locked');
    } finally {
      release();
    }
  });

  // Bug: a lock that keeps nobody from reading (as LibreOffice sets one while a list is open) costs the list.
  it('by an advisory lock, is read', async () => {
    const path = file('flocked.xlsx');
    const release = await held(path, 'flock(F, 2) or die "flock: $!";');
    try {
      expect(await kindOf(path)).toBe('read 4');
    } finally {
      release();
    }
  });
});

// Bug: somebody who may not read a list is told that it is gone, or that another program has it.
it('a file that this user may not read is refused as denied', async () => {
  const path = file('denied.xlsx');
  chmodSync(path, 0);
  chmodSync(folder, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    expect(await kindOf(path)).toBe('denied');
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

/** Whether some of a file was read and not all of it, by the place that the system keeps for who reads it. */
function isBeingRead(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) !== path) return false;
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
      const at = Number(/^pos:\s+(\d+)$/mu.exec(info)?.[1]);
      return at > 0 && at < MOST;
    } catch {
      return false;
    }
  });
}

describe('a file of 64 MB that changes while it is read', () => {
  // Bug: the half of a list that was left is taken for the whole, or two states of it in one.
  it.each([
    ['cut', (path: string) => truncateSync(path, 10), 'changed'],
    ['added to', (path: string) => appendFileSync(path, 'more'), 'changed'],
    ['written over', (path: string) => writeFileSync(path, Buffer.alloc(MOST, 2)), 'changed'],
    // It is whole in the hands of who opened it before.
    ['removed', (path: string) => rmSync(path), `read ${MOST}`],
  ])('%s', async (name, change, kind) => {
    const path = file(`${name}.csv`, Buffer.alloc(MOST, 1));
    const reading = kindOf(path);
    while (!isBeingRead(path)) await turn();
    change(path);
    expect(await reading).toBe(kind);
  });
});
