import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppImageSwap } from '../../electron/main/services/update/appimage-swap';
import { PendingStore } from '../../electron/main/services/update/pending-update';
import { UpdateMemory } from '../../electron/main/services/update/update-memory';
import { listsOf, rootOf, signedBy, someKeys } from '../../shared/protocol/test/release-keys';
import { rootText, someSite } from './release-site';

const NOW = 50_000;
const keys = someKeys();
const work = mkdtempSync(join(tmpdir(), 'fieldcert-install-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let counter = 0;

/** A fetched release that waits, and the program that runs. */
async function waiting(version = '1.0.0') {
  const home = join(work, String(++counter));
  const folder = join(home, 'pending');
  mkdirSync(folder, { recursive: true });
  const { content, file, release } = someSite(keys, 20_000);
  const { targets } = listsOf(keys, 1, [release]);
  writeFileSync(join(folder, file.name), content);
  const memory = new UpdateMemory(join(home, 'releases.json'), rootText(keys), version);
  const pending = new PendingStore(folder, memory, version);
  await pending.keep(release.version, file, targets);
  const appImage = join(home, 'FieldCert.AppImage');
  writeFileSync(appImage, 'the former program', { mode: 0o755 });
  return { home, folder, content, file, release, memory, pending, appImage };
}

async function verified(pending: PendingStore) {
  const update = await pending.verified(NOW);
  if (update === null) throw new Error('nothing waits');
  return update;
}

describe('a fetched release that waits', () => {
  // Would catch: a file swapped after it was fetched and before it is installed, with or without its note.
  it('is looked at again byte by byte, and thrown away when it is another', async () => {
    const good = await waiting();
    expect((await verified(good.pending)).release.version).toBe('1.1.0');
    const swapped = await waiting();
    const bytes = Buffer.from(swapped.content);
    bytes[1] = (bytes[1] ?? 0) ^ 1;
    writeFileSync(join(swapped.folder, swapped.file.name), bytes);
    await expect(swapped.pending.verified(NOW)).rejects.toMatchObject({
      code: 'UPDATE_FILE_DAMAGED',
    });
    expect(existsSync(swapped.folder)).toBe(false);
    expect(await swapped.pending.verified(NOW)).toBeNull();

    const strange = await waiting();
    const { targets } = listsOf(someKeys(), 1, [strange.release]);
    await strange.pending.keep('1.1.0', strange.file, targets);
    await expect(strange.pending.verified(NOW)).rejects.toMatchObject({
      params: { reason: 'signatures-missing' },
    });
    const elsewhere = await waiting();
    await elsewhere.pending.keep(
      '1.1.0',
      { ...elsewhere.file, name: '../FieldCert.AppImage' },
      listsOf(keys, 1, [elsewhere.release]).targets,
    );
    await expect(elsewhere.pending.verified(NOW)).rejects.toMatchObject({
      params: { reason: 'malformed' },
    });
    expect(existsSync(elsewhere.appImage)).toBe(true);
  });

  // Would catch: an older version installed from what lay there, or one whose keys were taken away meanwhile.
  it('must still be newer and signed by keys that still count', async () => {
    const older = await waiting('1.1.0');
    await expect(older.pending.verified(NOW)).rejects.toMatchObject({
      params: { reason: 'version-older' },
    });
    const late = await waiting();
    await expect(late.pending.verified(9e9)).rejects.toMatchObject({
      params: { reason: 'expired' },
    });
    const revoked = await waiting();
    const root = rootOf({ ...keys, targets: someKeys().targets }, 2, { expiresMs: 9e15 });
    const text = signedBy(root, keys.root.slice(0, 2));
    await revoked.memory.follow({ root, seen: revoked.memory.trust.seen }, text);
    await expect(revoked.pending.verified(NOW)).rejects.toMatchObject({
      params: { reason: 'signatures-missing' },
    });
  });
});

describe('an AppImage in the place of the former', () => {
  // Would catch: a former program that is gone before the new one has shown a window, or that stays for ever.
  it('keeps the former until its first window', async () => {
    const { home, pending, appImage, content } = await waiting();
    const note = join(home, 'swap.json');
    await new AppImageSwap(note, '1.0.0').install(await verified(pending), appImage);
    expect(readFileSync(appImage).equals(content)).toBe(true);
    expect(statSync(appImage).mode & 0o111).toBe(0o111);
    expect(readFileSync(`${appImage}.former`, 'utf8')).toBe('the former program');
    const fresh = new AppImageSwap(note, '1.1.0');
    expect(await fresh.begin()).toBe('trying');
    await fresh.reachedWindow(appImage);
    expect(readdirSync(home).sort()).toEqual(['FieldCert.AppImage', 'pending']);
    expect(await fresh.begin()).toBe('none');
    // Would catch: a hundred megabytes for ever where the power went between the note and the files, or in a copy.
    for (const left of ['former', 'new']) writeFileSync(`${appImage}.${left}`, 'left behind');
    await fresh.reachedWindow(null);
    expect(readdirSync(home)).toHaveLength(4);
    await fresh.reachedWindow(appImage);
    expect(readdirSync(home).sort()).toEqual(['FieldCert.AppImage', 'pending']);
  });

  // Would catch: a program that never starts again because somebody tidied the former away.
  it('goes on without a former that was taken away', async () => {
    const { home, pending, appImage, content } = await waiting();
    const note = join(home, 'swap.json');
    await new AppImageSwap(note, '1.0.0').install(await verified(pending), appImage);
    const fresh = new AppImageSwap(note, '1.1.0');
    expect(await fresh.begin()).toBe('trying');
    rmSync(`${appImage}.former`);
    expect(await fresh.begin()).toBe('none');
    expect(readFileSync(appImage).equals(content)).toBe(true);
    expect(existsSync(note)).toBe(false);
  });

  // Would catch: an office without a program because the new one ends before it shows anything.
  it('gives way to the former when a start of it reached no window', async () => {
    const { home, pending, appImage } = await waiting();
    const note = join(home, 'swap.json');
    await new AppImageSwap(note, '1.0.0').install(await verified(pending), appImage);
    const fresh = new AppImageSwap(note, '1.1.0');
    expect(await fresh.begin()).toBe('trying');
    expect(await fresh.begin()).toEqual({ former: appImage, failed: '1.1.0' });
    expect(readFileSync(appImage, 'utf8')).toBe('the former program');
    expect(statSync(appImage).mode & 0o111).toBe(0o111);
    expect(await new AppImageSwap(note, '1.0.0').begin()).toBe('none');
    expect(readdirSync(home).sort()).toEqual(['FieldCert.AppImage', 'pending']);
  });

  // Would catch: a file swapped between the last look and the copy; half a program under the name of the whole.
  it('is hashed as it lies there, and changes nothing when it is another', async () => {
    const { home, folder, file, pending, appImage } = await waiting();
    const update = await verified(pending);
    writeFileSync(join(folder, file.name), Buffer.alloc(file.bytes));
    const swap = new AppImageSwap(join(home, 'swap.json'), '1.0.0');
    await expect(swap.install(update, appImage)).rejects.toMatchObject({
      code: 'UPDATE_FILE_DAMAGED',
    });
    expect(readFileSync(appImage, 'utf8')).toBe('the former program');
    expect(readdirSync(home).sort()).toEqual(['FieldCert.AppImage', 'pending']);
    expect(await swap.begin()).toBe('none');
  });

  // Would catch: a power cut between the note and the new file's name that costs the former program.
  it('forgets a swap that was not done', async () => {
    const { home, appImage, pending } = await waiting();
    const note = join(home, 'swap.json');
    const swap = new AppImageSwap(note, '1.0.0');
    await swap.install(await verified(pending), appImage);
    // As if the rename had not been reached: the former runs.
    expect(await swap.begin()).toBe('none');
    expect(existsSync(note)).toBe(false);
    expect(existsSync(appImage)).toBe(true);
  });
});
