import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { putAside, readPutAside } from './put-aside';
import { clearRestoring, type Move, settleRestores, swapIn } from './swap';

const backup = { createdMs: 1_790_000_000_000, generation: 4 };
const NOTE = putAside({ atMs: 1_790_000_100_000, backup, isJournalKept: false });

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A data folder with an office of the given content, and one that is being restored. */
function rig(present: string | null, restoring: string | null): { root: string; office: string } {
  const root = mkdtempSync(join(tmpdir(), 'fc-swap-'));
  roots.push(root);
  const office = join(root, 'office');
  for (const [dir, text] of [
    [office, present],
    [`${office}.restoring`, restoring],
  ] as const) {
    if (text === null) continue;
    mkdirSync(dir);
    writeFileSync(join(dir, 'x'), text);
  }
  return { root, office };
}
const content = (office: string) => readFileSync(join(office, 'x'), 'utf8');

describe('a restored office takes its place', () => {
  // Would catch: the former office lost or overwritten, a second restore that hides the evidence of the first.
  it('and the former one is kept, each under its own name', async () => {
    const { root, office } = rig('old', 'new');
    expect(await swapIn(office, NOTE)).toBe('office.before-restore-1');
    expect(content(office)).toBe('new');
    mkdirSync(`${office}.restoring`);
    writeFileSync(join(`${office}.restoring`, 'x'), 'newer');
    expect(await swapIn(office, NOTE)).toBe('office.before-restore-2');
    expect(content(`${office}.before-restore-1`)).toBe('old');
    expect(await readPutAside(`${office}.before-restore-1`)).toEqual(NOTE);
    expect(content(`${office}.before-restore-2`)).toBe('new');
    expect(readdirSync(root).sort()).toEqual([
      'office',
      'office.before-restore-1',
      'office.before-restore-2',
    ]);
  });

  // Would catch: a device without an office that cannot be restored to.
  it('where there was none', async () => {
    const { office } = rig(null, 'new');
    expect(await swapIn(office, NOTE)).toBeNull();
    expect(content(office)).toBe('new');
  });

  // Would catch: a kill between the steps that leaves no office, or a half restored one in use.
  it.each([
    ['before the mark', { present: 'old', restoring: 'half', isMarked: false }, 'old'],
    ['after the mark', { present: 'old', restoring: 'new', isMarked: true }, 'new'],
    ['between the renames', { present: null, restoring: 'new', isMarked: true }, 'new'],
    ['after the renames', { present: 'new', restoring: null, isMarked: true }, 'new'],
  ])('killed %s, the next start has the old or the new', async (_name, state, expected) => {
    const { root, office } = rig(state.present, state.restoring);
    if (state.isMarked) writeFileSync(`${office}.restore.json`, '{}');
    await settleRestores([office, join(root, 'practice')]);
    expect(content(office)).toBe(expected);
    expect(existsSync(`${office}.restoring`)).toBe(false);
    expect(existsSync(`${office}.restore.json`)).toBe(false);
    await settleRestores([office]);
    expect(content(office)).toBe(expected);
  });

  /** Fails at the moves of the given numbers, from 1, as a file that somebody has open makes it on Windows. */
  function failingAt(...numbers: readonly number[]): Move {
    let count = 0;
    return async (from, to) => {
      count++;
      if (numbers.includes(count)) throw Object.assign(new Error('fault'), { code: 'EIO' });
      await rename(from, to);
    };
  }

  // Would catch: a failed move that leaves no office and lets the finished copy be deleted.
  it.each([
    ['the former one does not go away', [1]],
    ['the restored one does not come in', [2]],
  ])('or the former one is back where %s', async (_name, faults) => {
    const { root, office } = rig('old', 'new');
    await expect(swapIn(office, NOTE, failingAt(...faults))).rejects.toMatchObject({ code: 'EIO' });
    await clearRestoring(office);
    expect(content(office)).toBe('old');
    expect(readdirSync(root)).toEqual(['office']);
    await settleRestores([office]);
    expect(content(office)).toBe('old');
  });

  // Would catch: the only whole office deleted because the former one could not be put back, or there was none.
  it.each([
    ['beside one that cannot be put back', 'old', [2, 3]],
    ['where there was none', null, [1]],
  ])('or waits for the next start %s', async (_name, present, faults) => {
    const { office } = rig(present, 'new');
    const waits = { code: 'RESTORE_WAITING' };
    await expect(swapIn(office, NOTE, failingAt(...faults))).rejects.toMatchObject(waits);
    await expect(clearRestoring(office)).rejects.toMatchObject(waits);
    expect(content(`${office}.restoring`)).toBe('new');
    if (present !== null) expect(content(`${office}.before-restore-1`)).toBe(present);
    await settleRestores([office]);
    expect(content(office)).toBe('new');
    expect(existsSync(`${office}.restore.json`)).toBe(false);
  });

  // Would catch: a program that does not start because a folder cannot be moved, or a restore that is given up then.
  it.each([
    ['the former one does not go away', 'old', [1], 'old'],
    ['the restored one does not come in', 'old', [2], null],
    ['there was none', null, [1], null],
  ])('or is tried again at a start where %s', async (_name, present, faults, meanwhile) => {
    const { root, office } = rig(present, 'new');
    writeFileSync(`${office}.restore.json`, JSON.stringify(NOTE));
    const dirs = [join(root, 'practice'), office];
    expect(await settleRestores(dirs, failingAt(...faults))).toMatchObject([{ code: 'EIO' }]);
    if (meanwhile === null) expect(existsSync(office)).toBe(false);
    else expect(content(office)).toBe(meanwhile);
    expect(content(`${office}.restoring`)).toBe('new');
    expect(await settleRestores(dirs)).toEqual([]);
    expect(content(office)).toBe('new');
    if (present !== null) {
      expect(content(`${office}.before-restore-1`)).toBe(present);
      expect(await readPutAside(`${office}.before-restore-1`)).toEqual(NOTE);
    }
    expect(existsSync(`${office}.restore.json`)).toBe(false);
  });

  // Would catch: a mark that a finished swap left, by which a half folder of the next restore counts as whole.
  it('and no mark of a finished swap decides about the next one', async () => {
    const { office } = rig('new', null);
    writeFileSync(`${office}.restore.json`, '{}');
    await clearRestoring(office);
    expect(existsSync(`${office}.restore.json`)).toBe(false);
    expect(content(office)).toBe('new');
  });
});
