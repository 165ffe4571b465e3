import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../launcher';
import type { StoreKeys } from '../protocol';
import type { SearchOutput } from '../queries/search';
import { PageCopy } from '../rekey/page-copy';
import { openReadable, openWritable } from '../sqlcipher';
import { walkPages } from '../walk-pages';
import { changeSet } from './changes';
import { MASTER, makeCheckpoint, storeKeys } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { type FixtureSet, makeSet, random } from './rows';

let entry: string;
let remove: () => void;
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => remove());

const NEXT: Record<'journal' | 'slice', Buffer> = {
  journal: Buffer.alloc(32, 11),
  slice: Buffer.alloc(32, 12),
};
const FILES = ['slice', 'journal'] as const;
const PAGE = 4096;
/** Of a write-ahead log: SQLite's file format, section 4.1. */
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const both = (): StoreKeys => ({
  ...storeKeys(),
  journalNext: Uint8Array.from(NEXT.journal),
  sliceNext: Uint8Array.from(NEXT.slice),
});
const onlyNext = (): StoreKeys => ({
  ...storeKeys(),
  journal: Uint8Array.from(NEXT.journal),
  slice: Uint8Array.from(NEXT.slice),
});
const rekey = (store: StoreClient, file: 'slice' | 'journal') =>
  store.call('rekey', { file, nextKey: Uint8Array.from(NEXT[file]) });
const all = (store: StoreClient) =>
  ask<SearchOutput>(store, 'search.query', { text: '', filter: {}, offset: 0, limit: 1 });

async function loaded(seed: number, size = 900): Promise<{ office: string; set: FixtureSet }> {
  const office = newOffice();
  const { store } = await openStore(entry, office);
  const set = makeSet(size, seed);
  expect((await loadSet(store, set)).isEqual).toBe(true);
  await store.call('close', {});
  return { office, set };
}

const leftovers = (office: string): string[] =>
  readdirSync(office).filter((name) => /rekey|old|-wal|-journal/.test(name));

/** Leaves every page that the write-ahead log has half overwritten in the file, as a kill in a checkpoint does. */
function tearPages(path: string): number {
  const log = readFileSync(`${path}-wal`);
  const pages = readFileSync(path).length / PAGE;
  const file = openSync(path, 'r+');
  let torn = 0;
  for (let at = LOG_HEADER; at + FRAME_HEADER + PAGE <= log.length; at += FRAME_HEADER + PAGE) {
    const page = log.readUInt32BE(at);
    // The first page has the salt: its half is not a page that SQLite could open at all.
    if (page < 2 || page > pages) continue;
    const frame = log.subarray(at + FRAME_HEADER, at + FRAME_HEADER + PAGE);
    writeSync(file, frame.subarray(0, PAGE / 2), 0, PAGE / 2, (page - 1) * PAGE);
    torn++;
  }
  closeSync(file);
  return torn;
}

describe('a copy under another key', () => {
  // Would catch: a purge that makes the file smaller while it is copied told as damage, which locks a healthy office.
  it('goes on when the file is made smaller between two steps', () => {
    const folder = newOffice();
    const path = join(folder, 'some.db');
    const to = join(folder, 'copy.db');
    const db = openWritable({ path, key: MASTER.slice, mayCreate: true, isDurable: false });
    db.exec('create table t (id integer primary key, text blob); create table gone (text blob)');
    const fill = (table: string) => {
      for (let i = 0; i < 120; i++)
        db.run({ text: `insert into ${table} (text) values (randomblob(9000))`, values: [] });
    };
    fill('gone');
    fill('t');
    db.checkpoint();
    const rows = db.all({ text: 'select id, text from t order by id', values: [] });
    const copy = new PageCopy(path, to, MASTER.slice, NEXT.slice);
    const first = copy.pass();
    first.next();
    db.exec('drop table gone; vacuum');
    db.checkpoint();
    for (const _ of first);
    for (const steps of [copy.pass(), copy.proof()]) for (const _ of steps);
    copy.closeTarget();
    copy.closeSource();
    db.close();
    expect(walkPages(to, NEXT.slice).firstFault).toBeNull();
    const made = openReadable({ path: to, key: NEXT.slice });
    expect(made.all({ text: 'select id, text from t order by id', values: [] })).toEqual(rows);
    made.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a file under its next key', () => {
  // Would catch: a page that a killed process left half moved out of the log (which has it whole) called damage by
  // whoever reads the file by pages. Kills of the change of keys found it.
  it('comes after a process that was killed while it moved the log into the file', async () => {
    const { office, set } = await loaded(46, 200);
    const path = join(office, 'slice.db');
    const first = await openStore(entry, office, { create: false, keys: both() });
    const change = changeSet(set, 300, 1, 2, 5);
    const { page, sealed } = change;
    const checkpoint = makeCheckpoint(change.set, 2);
    await first.store.call('applyPage', { page, sealed, checkpoint });
    const end = new Promise<void>((resolve) => first.store.onExit(() => resolve()));
    first.store.kill();
    await end;
    expect(tearPages(path)).toBeGreaterThan(0);
    expect(walkPages(path, MASTER.slice).firstFault).not.toBeNull();
    const { store } = await openStore(entry, office, { create: false, keys: both() });
    expect(walkPages(path, MASTER.slice).firstFault).toBeNull();
    expect((await rekey(store, 'slice')).wasNeeded).toBe(true);
    expect((await store.call('verify', { mode: 'quick' })).root).toBe(checkpoint.root);
    await store.call('close', {});
  });

  // Would catch: a copy that differs, a former key that still opens, a copy of the office made before that no
  // longer opens, entries or pages lost that came during the change, or files left beside.
  it('holds the same, opens with the next key alone, and takes writes all the while', async () => {
    const { office, set } = await loaded(41);
    const backup = newOffice();
    for (const name of ['slice.db', 'journal.db'])
      copyFileSync(join(office, name), join(backup, name));
    const { store } = await openStore(entry, office);
    const before = (await store.call('auditVerify', {})).entries;
    let answered = 0;
    let appended = 0;
    let isDone = false;
    const writing = (async () => {
      while (!isDone) {
        await store.call('auditAppend', { kind: 'test', actor: 'u1', payload: { appended } });
        appended++;
        if ((await all(store)).total === set.certificate.length) answered++;
      }
    })();
    const change = changeSet(set, 300, 1, 2, 5);
    const paged = store.call('applyPage', {
      page: change.page,
      sealed: change.sealed,
      checkpoint: makeCheckpoint(change.set, 2),
    });
    for (const file of FILES) expect((await rekey(store, file)).wasNeeded).toBe(true);
    expect((await paged).isEqual).toBe(true);
    isDone = true;
    await writing;
    expect(answered).toBeGreaterThan(0);
    for (const file of FILES) expect((await rekey(store, file)).wasNeeded).toBe(false);
    const audit = await store.call('auditVerify', {});
    // Every search is an entry too.
    expect(audit).toMatchObject({ isIntact: true, entries: before + 2 * appended + 1 });
    expect((await store.call('verify', { mode: 'quick' })).root).toBe(
      makeCheckpoint(change.set, 2).root,
    );
    await store.call('close', {});
    expect(leftovers(office)).toEqual([]);
    for (const file of FILES) {
      const path = join(office, `${file}.db`);
      expect(walkPages(path, NEXT[file])).toMatchObject({ firstFault: null });
      expect(walkPages(path, MASTER[file]).firstFault).toBe(1);
    }
    await expect(openStore(entry, office)).rejects.toMatchObject({ code: 'STORE_KEY_WRONG' });
    const again = await openStore(entry, office, { keys: onlyNext(), create: false });
    expect((await all(again.store)).total).toBe(change.set.certificate.length);
    await again.store.call('close', {});
    const restored = await openStore(entry, backup, { create: false });
    expect((await all(restored.store)).total).toBe(set.certificate.length);
    await restored.store.call('close', {});
    for (const dir of [office, backup]) rmSync(dir, { recursive: true, force: true });
  });

  // Would catch: a kill that leaves a file that neither key opens, half a copy taken for the file, an
  // acknowledged entry lost, or a change that cannot be finished afterwards.
  it('survives a kill at any moment', async () => {
    const { office, set } = await loaded(42, 1_500);
    const root = makeCheckpoint(set, 1).root;
    const next = random(77);
    let acknowledged = 0;
    let kills = 0;
    for (let nth = 0; nth < 16; nth++) {
      const { store } = await openStore(entry, office, { keys: both(), create: false });
      const audit = await store.call('auditVerify', {});
      expect(audit.isIntact).toBe(true);
      expect(audit.entries).toBeGreaterThanOrEqual(acknowledged);
      expect(await store.call('verify', { mode: 'quick' })).toMatchObject({ isEqual: true, root });
      // Turn by turn, so that each round begins with a file under the key that the slots call present.
      if (nth % 4 === 3) {
        for (const file of FILES) await rekey(store, file);
        await store.call('close', {});
        expect(leftovers(office)).toEqual([]);
        [NEXT.slice, NEXT.journal, MASTER.slice, MASTER.journal] = [
          MASTER.slice,
          MASTER.journal,
          NEXT.slice,
          NEXT.journal,
        ];
        continue;
      }
      const gone = new Promise<void>((resolve) => store.onExit(() => resolve()));
      const timer = setTimeout(() => {
        kills++;
        store.kill();
      }, next() * 260);
      try {
        for (const file of FILES) {
          acknowledged = (
            await store.call('auditAppend', { kind: 'test', actor: 'u1', payload: { nth } })
          ).seq;
          await rekey(store, file);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'STORE_CRASHED' });
      }
      clearTimeout(timer);
      store.kill();
      await gone;
    }
    expect(kills).toBeGreaterThan(0);
    rmSync(office, { recursive: true, force: true });
  }, 400_000);

  // Would catch: a damaged page sealed anew under a sound HMAC, or a stop that leaves the copy behind.
  it('refuses a damaged page, and stops when told', async () => {
    const { office } = await loaded(43, 4_000);
    const path = join(office, 'slice.db');
    const sound = readFileSync(path);
    const opened = await openStore(entry, office, { create: false });
    const stopped = rekey(opened.store, 'slice');
    await opened.store.call('rekeyStop', {});
    // The stop may come before the copy has begun; then it is told again.
    const again = setInterval(
      () => void opened.store.call('rekeyStop', {}).catch(() => undefined),
      5,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    clearInterval(again);
    await opened.store.call('close', {});
    expect(leftovers(office)).toEqual([]);
    expect(existsSync(path)).toBe(true);
    const file = openSync(path, 'r+');
    // A page in the middle of the data, that opening does not read.
    const at = 4096 * Math.floor(sound.length / 4096 / 2) + 100;
    writeSync(file, Buffer.of((sound[at] ?? 0) ^ 1), 0, 1, at);
    const damaged = await openStore(entry, office, { create: false });
    await expect(rekey(damaged.store, 'slice')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await damaged.store.call('close', {});
    expect(leftovers(office)).toEqual([]);
    expect(walkPages(path, MASTER.slice).firstFault).not.toBeNull();
    rmSync(office, { recursive: true, force: true });
  });

  // Would catch: an old file that is overwritten although it is the file itself under a second name.
  it('never overwrites the file that a crash left under two names', async () => {
    const { office, set } = await loaded(44, 300);
    const { linkSync } = await import('node:fs');
    linkSync(join(office, 'slice.db'), join(office, 'slice.old.db'));
    const { store } = await openStore(entry, office, { keys: both(), create: false });
    expect((await all(store)).total).toBe(set.certificate.length);
    await store.call('close', {});
    expect(leftovers(office)).toEqual([]);
    rmSync(office, { recursive: true, force: true });
  });
});
