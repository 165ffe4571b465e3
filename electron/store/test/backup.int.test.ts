import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error';
import { RESTORED_EVIDENCE } from '../backup/manifest';
import { launchStore, type StoreClient } from '../launcher';
import type { StoreSession } from '../protocol';
import type { SearchOutput } from '../queries/search';
import { sql } from '../sql/tag';
import { openReadable } from '../sqlcipher';
import { walkPages } from '../walk-pages';
import {
  copyOf,
  editManifest,
  foldersOf,
  generationDir,
  newPlace,
  nodeWithSmallDisk,
  OFFICE_TEXT,
  orderOf,
  plantFiles,
  restoreKeys,
  restoreOf,
  SET,
  verify,
} from './backup-rig';
import { changeSet } from './changes';
import { blindKeys, MASTER, makeCheckpoint, SESSION, storeKeys } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore, RULE_PACK } from './rig';
import { type FixtureRow, type FixtureSet, makeSet, random, TODAY } from './rows';

let entry: string;
let remove: () => void;
let office: string;
let place: string;
let store: StoreClient;
let set: FixtureSet = makeSet(1200, 31);
let rseq = 1;
const folders: string[] = [];
const keep = (dir: string): string => {
  folders.push(dir);
  return dir;
};
const dies = (process: StoreClient): Promise<void> =>
  new Promise((resolve) => process.onExit(() => resolve()));

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = keep(newOffice());
  place = keep(newPlace());
  plantFiles(office);
  ({ store } = await openStore(entry, office));
  expect((await loadSet(store, set)).isEqual).toBe(true);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

/** A page of changes; the set follows. */
async function applySome(): Promise<void> {
  const change = changeSet(set, 900 + rseq, rseq, rseq + 1, rseq);
  const checkpoint = makeCheckpoint(change.set, rseq + 1);
  await store.call('applyPage', { page: change.page, sealed: change.sealed, checkpoint });
  set = change.set;
  rseq++;
}

const total = async (process: StoreClient): Promise<number> =>
  (await ask<SearchOutput>(process, 'search.query', { text: '', filter: {}, offset: 0, limit: 1 }))
    .total;

/** Files that store processes of a program have open; removed ones end in " (deleted)". */
function openFiles(program: string): string[] {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program))
    .flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)),
    );
}

describe('backup', () => {
  // Would catch: a copy torn by writes during it, a look-up that waits for a backup, a page left out of an incremental one.
  it('is of one moment while the desk works, and only changed pages follow', async () => {
    const running = store.call('backupRun', orderOf(place, office, 'full'));
    let isRunning = true;
    const ended = running.finally(() => {
      isRunning = false;
    });
    let applied = 0;
    while (isRunning && applied < 40) {
      await applySome();
      expect(await total(store)).toBeGreaterThan(0);
      applied++;
    }
    const full = await ended;
    expect(full).toMatchObject({ generation: 1, kind: 'full', isChecked: true });
    expect(full.stored).toBe(full.pages);
    expect(applied).toBeGreaterThan(0);
    expect(await verify(store, place, 1)).toMatchObject({ chain: 1, isSliceProven: true });

    await applySome();
    const second = await store.call('backupRun', orderOf(place, office, 'incremental'));
    expect(second).toMatchObject({ generation: 2, kind: 'incremental' });
    expect(second.stored).toBeGreaterThan(0);
    const third = await store.call('backupRun', orderOf(place, office, 'incremental'));
    // Nothing was written in between: nothing of the slice is stored.
    expect(third).toMatchObject({ generation: 3, stored: 0 });
    expect(await verify(store, place, 3)).toMatchObject({
      chain: 3,
      isSliceProven: true,
      rows: set.certificate.length,
    });
  });

  // Would catch: proofs that keep the room of their removed copies until the lock, a slice's size each.
  it.runIf(process.platform === 'linux')('proved often, gives the room back', async () => {
    const workDir = join(keep(newPlace()), 'work');
    const ref = { place, set: SET, generation: 3, workDir };
    for (const drill of [null, { userId: 'u1', deviceId: 'd1' }])
      expect(await store.call('backupVerify', { ...ref, drill })).toMatchObject({ chain: 3 });
    const open = openFiles(entry);
    expect(open.some((path) => path === join(office, 'slice.db'))).toBe(true);
    expect(open.filter((path) => path.startsWith(workDir))).toEqual([]);
    // What is in use kept its locks.
    expect(open.filter((path) => path.startsWith(office) && path.endsWith(' (deleted)'))).toEqual(
      [],
    );
    expect(await total(store)).toBeGreaterThan(0);
  });

  // Would catch: a grant, machine secret or control key in a backup, or anything of a record or person readable on it.
  it('holds ciphertext and listed files only, in plain names', () => {
    const holder = set.person[3] as FixtureRow;
    const planted = [
      String(holder.public.name),
      String(holder.private?.idNumber),
      'SQLite format',
      '许知衡',
      'a grant',
      'a machine secret',
      'a control key',
      MASTER.journal.toString('hex'),
    ];
    for (const generation of [1, 2, 3]) {
      const dir = generationDir(place, generation);
      for (const name of readdirSync(dir)) {
        expect(name).toMatch(
          /^((slice|journal)(-list|-macs)?-\d{4}\.bin|manifest\.json|keyslots\.json|seal-counter\.json|office\.sealed)$/,
        );
        expect(statSync(join(dir, name)).size).toBeLessThan(1_000_000_000);
        const bytes = readFileSync(join(dir, name));
        for (const text of planted)
          for (const encoding of ['utf8', 'utf16le'] as const)
            expect(bytes.includes(Buffer.from(text, encoding)), `${text} in ${name}`).toBe(false);
      }
    }
    expect(
      readdirSync(generationDir(place, 1)).filter((name) => /^slice-0/.test(name)).length,
    ).toBeGreaterThan(1);
  });

  // Would catch: a restored office that does not open, misses rows, loses its journal's record of the restore, or keeps side files.
  it('restores an office that opens and is whole', async () => {
    const target = keep(newOffice());
    const restorer = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    const report = await restorer.call('restoreFill', restoreOf(place, 3, target));
    restorer.kill();
    expect(report).toMatchObject({ isSliceProven: true, rows: set.certificate.length, chain: 3 });
    expect(readdirSync(target).sort()).toEqual([
      'journal.db',
      'keyslots.json',
      'office.json',
      'seal-counter.json',
      'slice.db',
    ]);
    expect(readFileSync(join(target, 'office.json'), 'utf8')).toBe(OFFICE_TEXT);
    for (const file of ['journal', 'slice'] as const)
      expect(walkPages(join(target, `${file}.db`), MASTER[file]).firstFault).toBeNull();
    const { store: restored, state } = await openStore(entry, target, { create: false });
    expect(state.cursor?.rseq).toBe(rseq);
    expect(await total(restored)).toBe(await total(store));
    expect((await restored.call('verify', { mode: 'quick' })).root).toBe(
      makeCheckpoint(set, rseq).root,
    );
    expect(await restored.call('auditVerify', {})).toMatchObject({ isIntact: true });
    await restored.call('close', {});
    const journal = openReadable({ path: join(target, 'journal.db'), key: MASTER.journal });
    expect(journal.value(sql`select count(*) from audit where kind = 'restore'`)).toBe(1);
    journal.close();
  });

  // Would catch: day after day added to a chain whose beginning a stick has lost: good in every notice, and no restore takes it.
  it('begins anew where the chain before it is not whole', async () => {
    const losses: readonly ((at: string) => void)[] = [
      (at) => rmSync(generationDir(at, 1), { recursive: true }),
      (at) => rmSync(join(generationDir(at, 1), 'slice-0001.bin')),
      (at) => writeFileSync(join(generationDir(at, 2), 'slice-macs-0001.bin'), Buffer.alloc(16)),
    ];
    for (const lose of losses) {
      const other = keep(newPlace());
      const run = (kind: 'full' | 'incremental') =>
        store.call('backupRun', orderOf(other, office, kind));
      await run('full');
      expect((await run('incremental')).kind).toBe('incremental');
      lose(other);
      const next = await run('incremental');
      expect(next.kind).toBe('full');
      const target = keep(newOffice());
      const restorer = launchStore({ kind: 'child', nodePath: process.execPath, entry });
      const report = await restorer.call('restoreFill', restoreOf(other, next.generation, target));
      restorer.kill();
      expect(report).toMatchObject({ isSliceProven: true, chain: 1 });
    }
  });

  // Would catch: photos of reports that exist nowhere else and are in no backup, a part of them in a file too many, one
  // whose byte was altered and that is restored all the same, a form that programs of before take for an altered one.
  it('brings evidence along, whole or not at all', async () => {
    const other = keep(newPlace());
    const evidenceDir = keep(mkdtempSync(join(tmpdir(), 'evidence-')));
    const names = [
      `${'a'.repeat(64)}.box`,
      `${'b'.repeat(64)}.box`,
      `${'c'.repeat(64)}.box.refused`,
    ];
    const contents = new Map(names.map((name, i) => [name, randomBytes(200_000 + 70_000 * i)]));
    for (const [name, bytes] of contents) writeFileSync(join(evidenceDir, name), bytes);
    writeFileSync(join(evidenceDir, 'stranger.txt'), 'no evidence');
    await store.call('backupRun', orderOf(other, office, 'full', { evidenceDir }));
    const chunks = readdirSync(generationDir(other, 1)).filter((name) => /^evidence-/.test(name));
    expect(chunks.length).toBeGreaterThan(1);
    const manifest = join(generationDir(other, 1), 'manifest.json');
    expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({ manifest: { version: 2 } });
    const restore = async (target: string) => {
      const restorer = launchStore({ kind: 'child', nodePath: process.execPath, entry });
      try {
        await restorer.call('restoreFill', restoreOf(other, 1, target));
        return 'restored';
      } catch (error) {
        return error instanceof AppError ? error.code : String(error);
      } finally {
        restorer.kill();
      }
    };
    const target = keep(newOffice());
    expect(await restore(target)).toBe('restored');
    const restored = join(target, RESTORED_EVIDENCE);
    expect(readdirSync(restored).sort()).toEqual([...names].sort());
    for (const [name, bytes] of contents)
      expect(readFileSync(join(restored, name)).equals(bytes), name).toBe(true);
    const altered = join(generationDir(other, 1), chunks[0] ?? '');
    const bytes = readFileSync(altered);
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
    writeFileSync(altered, bytes);
    expect(await restore(keep(newOffice()))).toBe('BACKUP_ALTERED');
    // Without evidence the form is the one that every program reads.
    await store.call(
      'backupRun',
      orderOf(other, office, 'full', { evidenceDir: join(office, 'none') }),
    );
    const second = join(generationDir(other, 2), 'manifest.json');
    expect(JSON.parse(readFileSync(second, 'utf8'))).toMatchObject({ manifest: { version: 1 } });
  });

  // Would catch: audit entries made after the backup lost by a restore of the slice.
  it('keeps the present journal where it is healthy, and says when it is not', async () => {
    const present = keep(newOffice());
    const one = await openStore(entry, present);
    const entryOf = (n: number) => ({ kind: 'test', actor: 'u1', payload: { n } });
    for (let n = 0; n < 5; n++) await one.store.call('auditAppend', entryOf(n));
    await one.store.call('close', {});
    const compare = async () => {
      const other = launchStore({ kind: 'child', nodePath: process.execPath, entry });
      const answer = await other.call('restoreCompare', {
        officeDir: present,
        keys: restoreKeys(),
        head: { seq: 0, hash: '' },
      });
      other.kill();
      return answer;
    };
    expect(await compare()).toMatchObject({ state: 'healthy', entries: 5 });
    const target = keep(newOffice());
    const restorer = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    const report = await restorer.call('restoreFill', restoreOf(place, 3, target, present));
    restorer.kill();
    expect(report.auditEntries).toBe(5);
    const { store: restored } = await openStore(entry, target, { create: false });
    // Five kept, one about the restore, and what the slice's own transactions left to be copied.
    expect((await restored.call('auditVerify', {})).entries).toBeGreaterThanOrEqual(6);
    expect(await total(restored)).toBe(await total(store));
    await restored.call('close', {});

    const path = join(present, 'journal.db');
    const bytes = readFileSync(path);
    bytes[4096 * 3 + 50] = (bytes[4096 * 3 + 50] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await compare()).toMatchObject({ state: 'damaged' });
    const wrong = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    const keys = { journal: new Uint8Array(32).fill(9), slice: null };
    expect(
      await wrong.call('restoreCompare', { officeDir: present, keys, head: { seq: 0, hash: '' } }),
    ).toMatchObject({
      state: 'other-key',
    });
    wrong.kill();
  });

  // Would catch: a damaged page copied into a backup unnoticed, or a failed backup that costs the earlier ones.
  it('refuses a damaged page and keeps the former generations', async () => {
    await store.call('close', {});
    const path = join(office, 'slice.db');
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    // A page that no query needs to read: only a look at every page finds it.
    const at = bad.length - 4096 + 77;
    bad[at] = (bad[at] ?? 0) ^ 4;
    writeFileSync(path, bad);
    ({ store } = await openStore(entry, office, { create: false }));
    const before = foldersOf(place);
    await expect(
      store.call('backupRun', orderOf(place, office, 'incremental')),
    ).rejects.toMatchObject({
      code: 'BACKUP_SOURCE_DAMAGED',
      params: { file: 'slice.db', page: good.length / 4096 },
    });
    expect(foldersOf(place)).toEqual(before);
    await store.call('close', {});
    writeFileSync(path, good);
    ({ store } = await openStore(entry, office, { create: false }));
  });

  // Would catch: a forged, shortened or mixed backup taken for a good one; each must be told by its own reason.
  it('tells what is wrong with an altered, incomplete or foreign backup', async () => {
    const flip = (dir: string, name: string): void => {
      const bytes = readFileSync(join(dir, name));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(join(dir, name), bytes);
    };
    const cases: readonly [string, (copy: string) => void, number, string][] = [
      ['chunk', (c) => flip(generationDir(c, 1), 'slice-0001.bin'), 3, 'BACKUP_ALTERED'],
      ['journal', (c) => flip(generationDir(c, 3), 'journal-0001.bin'), 3, 'BACKUP_ALTERED'],
      ['list', (c) => flip(generationDir(c, 2), 'slice-list-0001.bin'), 3, 'BACKUP_ALTERED'],
      [
        'manifest',
        (c) => editManifest(c, 3, (text) => text.replace('"rows":', '"rows":1')),
        3,
        'BACKUP_KEY_WRONG',
      ],
      [
        'manifest of a parent',
        (c) => editManifest(c, 1, (text) => text.replace('"rows":', '"rows":1')),
        3,
        'BACKUP_ALTERED',
      ],
      [
        'missing chunk',
        (c) => rmSync(join(generationDir(c, 1), 'slice-0002.bin')),
        3,
        'BACKUP_INCOMPLETE',
      ],
      [
        'missing parent',
        (c) => rmSync(generationDir(c, 2), { recursive: true }),
        3,
        'BACKUP_INCOMPLETE',
      ],
      [
        'newer',
        (c) => editManifest(c, 3, (text) => text.replace('"version":1', '"version":3')),
        3,
        'BACKUP_FROM_FUTURE',
      ],
      [
        'generations exchanged',
        (c) => {
          const [a, b] = [generationDir(c, 2), generationDir(c, 3)];
          renameSync(a, `${a}x`);
          renameSync(b, a);
          renameSync(`${a}x`, b);
        },
        3,
        'BACKUP_ALTERED',
      ],
    ];
    for (const [name, damage, generation, code] of cases) {
      const copy = keep(copyOf(place));
      damage(copy);
      await expect(verify(store, copy, generation), name).rejects.toMatchObject({ code });
    }
    const target = keep(newOffice());
    const other = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    const foreign = { journal: new Uint8Array(32).fill(8), slice: new Uint8Array(32).fill(8) };
    await expect(
      other.call('restoreFill', { ...restoreOf(place, 1, target), keys: foreign }),
    ).rejects.toMatchObject({ code: 'BACKUP_KEY_WRONG' });
    other.kill();
    expect(await verify(store, place, 3)).toMatchObject({ isSliceProven: true });
  });

  // Would catch: an unfinished generation counted, or a former one harmed, whenever the process is killed.
  it('a kill at any moment leaves whole generations only', async () => {
    const dir = keep(copyOf(place));
    await store.call('close', {});
    const next = random(5);
    let finished = 3;
    for (let n = 0; n < 12; n++) {
      const { store: victim } = await openStore(entry, office, { create: false });
      const gone = dies(victim);
      const outcome = victim
        .call('backupRun', orderOf(dir, office, n % 3 === 0 ? 'full' : 'incremental'))
        .then(
          (done) => done.generation,
          () => null,
        );
      const timer = setTimeout(() => victim.kill(), next() * 260);
      const generation = await outcome;
      clearTimeout(timer);
      victim.kill();
      await gone;
      if (generation !== null) finished = generation;
      for (const name of foldersOf(dir).filter((one) => !one.endsWith('.part')))
        expect(existsSync(join(dir, 'FieldCert-Backup', SET, name, 'manifest.json'))).toBe(true);
    }
    ({ store } = await openStore(entry, office, { create: false }));
    const whole = foldersOf(dir).filter((one) => !one.endsWith('.part'));
    expect(whole.length).toBeGreaterThanOrEqual(3);
    expect(Number(whole.at(-1)?.slice(1))).toBeGreaterThanOrEqual(finished);
    for (const name of whole) await verify(store, dir, Number(name.slice(1)));
    const last = await store.call('backupRun', orderOf(dir, office, 'incremental'));
    expect(foldersOf(dir).some((name) => name.endsWith('.part'))).toBe(false);
    expect(await verify(store, dir, last.generation)).toMatchObject({ isSliceProven: true });
  });

  // Would catch: a pulled stick told as a defect, or backups written into the empty mount point.
  it('a stick that is pulled out fails the run and is missed by name', async () => {
    const stick = keep(newPlace());
    await store.call('backupRun', orderOf(stick, office, 'full'));
    const id = '00000000-0000-4000-8000-000000000001';
    writeFileSync(join(stick, 'FieldCert-Backup', 'place.json'), JSON.stringify({ id }));
    const order = orderOf(stick, office, 'full', { placeId: id });
    const away = `${stick}-away`;
    keep(away);
    const running = store.call('backupRun', order);
    const failed = expect(running).rejects.toMatchObject({ code: 'BACKUP_PLACE_MISSING' });
    // Gone as soon as its first bytes are there.
    const part = `${generationDir(stick, 2)}.part`;
    while (!existsSync(part)) await new Promise((resolve) => setTimeout(resolve, 1));
    renameSync(stick, away);
    await failed;
    await expect(store.call('backupRun', order)).rejects.toMatchObject({
      code: 'BACKUP_PLACE_MISSING',
    });
    mkdirSync(stick);
    await expect(store.call('backupRun', order)).rejects.toMatchObject({
      code: 'BACKUP_PLACE_MISSING',
    });
    expect(readdirSync(stick)).toEqual([]);
    rmSync(stick, { recursive: true });
    renameSync(away, stick);
    expect(await verify(store, stick, 1)).toMatchObject({ isSliceProven: true });
    expect((await store.call('backupRun', order)).generation).toBe(2);
  });

  // Would catch: a full stick that costs the backup which was on it, or is told as a defect.
  it('a full disk is told and the former generation stays', async () => {
    const small = keep(newPlace());
    const one = keep(newOffice());
    const { store: first } = await openStore(entry, one);
    await first.call('close', {});
    const bytes = statSync(join(one, 'journal.db')).size;
    const node = nodeWithSmallDisk(small, Math.ceil((bytes * 1.6) / 1024));
    const full = launchStore({ kind: 'child', nodePath: node, entry });
    await full.call('open', {
      officeDir: one,
      keys: storeKeys(),
      session: SESSION,
      rulePack: RULE_PACK,
      blindKeys: blindKeys(),
      create: false,
    });
    expect(await full.call('backupRun', orderOf(small, one, 'full'))).toMatchObject({
      generation: 1,
    });
    await expect(full.call('backupRun', orderOf(small, one, 'full'))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    const workDir = join(keep(newPlace()), 'work');
    expect(
      await full.call('backupVerify', {
        place: small,
        set: SET,
        generation: 1,
        workDir,
        drill: null,
      }),
    ).toMatchObject({ generation: 1 });
    expect(existsSync(workDir)).toBe(false);
    await full.call('close', {});
  });

  // Would catch: backups that grow for ever, a chain cut in its middle, the last good one removed.
  it('keeps whole chains by the rule', async () => {
    const dir = keep(newPlace());
    const run = async (kind: 'full' | 'incremental') => {
      await store.call('backupRun', orderOf(dir, office, kind));
      await store.call('backupPrune', { place: dir, set: SET, keepChains: 2 });
    };
    for (const kind of ['full', 'incremental', 'full', 'incremental', 'full'] as const)
      await run(kind);
    expect(foldersOf(dir)).toEqual(['G000003', 'G000004', 'G000005']);
    // What cannot be read is nobody's to remove, and is no chain that replaces another.
    editManifest(dir, 5, (text) => text.replace('"rows":', '"rows":1'));
    await run('full');
    expect(foldersOf(dir)).toEqual(['G000003', 'G000004', 'G000005', 'G000006']);
  });

  // Would catch: a cancelled run that goes on, blocks the next one, or leaves something behind.
  it('can be cancelled and repeated', async () => {
    const dir = keep(newPlace());
    const running = store.call('backupRun', orderOf(dir, office, 'full'));
    const failed = expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(store.call('backupRun', orderOf(dir, office, 'full'))).rejects.toMatchObject({
      code: 'BUSY',
    });
    await store.call('backupCancel', {});
    await failed;
    expect(foldersOf(dir)).toEqual([]);
    expect((await store.call('backupRun', orderOf(dir, office, 'full'))).generation).toBe(1);
  });

  // Would catch: an administrator's session that cannot back up, or claims to have verified what it cannot open.
  it('an administrator backs up the journal and, unverified, the slice', async () => {
    await store.call('close', {});
    const dir = keep(newPlace());
    const session: StoreSession = { ...SESSION, role: 'system-admin' };
    const admin = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    await admin.call('setToday', { today: TODAY });
    await admin.call('open', {
      officeDir: office,
      keys: { journal: Uint8Array.from(MASTER.journal) },
      session,
      rulePack: RULE_PACK,
      create: false,
    });
    const done = await admin.call('backupRun', orderOf(dir, office, 'full'));
    expect(done).toMatchObject({ isChecked: false, stored: done.pages });
    expect(await verify(admin, dir, 1)).toMatchObject({ isSliceProven: false });
    await admin.call('backupRun', orderOf(dir, office, 'full'));
    await admin.call('close', {});
    ({ store } = await openStore(entry, office, { create: false }));
    // Copies that nobody could open count for no chain: nothing older goes for them.
    await store.call('backupRun', orderOf(dir, office, 'full'));
    const pruned = await store.call('backupPrune', { place: dir, set: SET, keepChains: 2 });
    expect(pruned).toEqual({ removed: 0 });
    // Who holds the key proves it afterwards.
    expect(await verify(store, dir, 1)).toMatchObject({
      isSliceProven: true,
      rows: set.certificate.length,
    });
  });
});
