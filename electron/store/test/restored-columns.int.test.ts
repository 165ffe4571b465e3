import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Board } from '../../../shared/ipc/routes/boards';
import { COLUMNS_FOLDER } from '../cube/saved/saved-columns';
import type { StoreClient } from '../launcher';
import { newPlace, orderOf, plantFiles, restoreOf } from './backup-rig';
import { changeSet } from './changes';
import { makeCheckpoint } from './fixture';
import { ask, buildStore, launch, loadSet, newOffice, openStore } from './rig';
import { makeSet, TODAY } from './rows';

/** As released, but for the size from which on columns are saved and how long it waits. */
const CHANGES = [
  [
    'threads/columns-saver.ts',
    (text: string) => text.replace('LEAST = 20_000', 'LEAST = 1').replace('= 3_000', '= 40'),
  ],
] as const;

let entry: string;
let remove: () => void;
let store: StoreClient;
const folders = [newOffice(), newPlace(), newOffice()] as const;
const [office, place, restored] = folders;
const folderOf = (dir: string): string => join(dir, COLUMNS_FOLDER);
const filesOf = (dir: string): string[] =>
  existsSync(folderOf(dir)) ? readdirSync(folderOf(dir)).sort() : [];
const contentOf = (dir: string): string =>
  filesOf(dir)
    .map((name) => readFileSync(join(folderOf(dir), name)).toString('base64'))
    .join();

async function board(): Promise<Pick<Board, 'total' | 'byStatus' | 'renewal' | 'calendar'>> {
  const { total, byStatus, renewal, calendar } = await ask<Board>(store, 'boards.query', {
    filter: {},
    day: TODAY,
  });
  return { total, byStatus, renewal, calendar };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isSo()).toBe(true);
}

beforeAll(async () => {
  ({ entry, remove } = await buildStore(CHANGES));
  plantFiles(office);
  ({ store } = await openStore(entry, office));
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

// Would catch: columns that travel in a backup; a restore or a first board that fails without them; a board of a restored
// office from columns of the rows that were there before.
it('a restored office begins without columns, and with those of other rows shows its own', async () => {
  const set = makeSet(400, 11);
  expect((await loadSet(store, set)).isEqual).toBe(true);
  await until(() => filesOf(office).some((name) => name.startsWith('event')));
  const then = await board();
  await store.call('backupRun', orderOf(place, office, 'full'));
  const copied = readdirSync(place, { recursive: true }).map(String);
  expect(copied.some((name) => name.includes('manifest.json'))).toBe(true);
  expect(copied.filter((name) => /column|certificate-\d|event-\d/.test(name))).toEqual([]);

  const former = contentOf(office);
  const change = changeSet(set, 77, 1, 2, 1);
  await store.call('applyPage', {
    page: change.page,
    sealed: change.sealed,
    checkpoint: makeCheckpoint(change.set, 2),
  });
  await until(() => contentOf(office) !== former);
  const later = await board();
  expect(later).not.toEqual(then);

  rmSync(restored, { recursive: true, force: true });
  mkdirSync(restored, { mode: 0o700 });
  await store.call('close', {});
  const restorer = launch(entry);
  try {
    await restorer.call('restoreFill', restoreOf(place, 1, restored));
  } finally {
    restorer.kill();
  }
  expect(filesOf(restored)).toEqual([]);
  ({ store } = await openStore(entry, restored, { create: false }));
  expect(await board()).toEqual(then);
  await until(() => filesOf(restored).some((name) => name.startsWith('event')));
  await store.call('close', {});

  // Somebody brings the folder of the office that was put aside.
  rmSync(folderOf(restored), { recursive: true });
  cpSync(folderOf(office), folderOf(restored), { recursive: true });
  const brought = contentOf(restored);
  ({ store } = await openStore(entry, restored, { create: false }));
  expect(await board()).toEqual(then);
  await until(() => contentOf(restored) !== brought);
  expect((await store.call('deepStructure', {})).falseColumns).toBe(0);
}, 60_000);
