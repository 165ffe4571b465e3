import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoreClient } from '../launcher';
import { sql } from '../sql/tag';
import { openReadable, openWritable } from '../sqlcipher';
import { walkPages } from '../walk-pages';
import { MASTER, SESSION, storeKeys } from './fixture';
import { ask, buildStore, launch, loadSet, newOffice, openStore } from './rig';
import { makeSet } from './rows';

const PAGE = 4096;
const AT_MS = Date.UTC(2026, 10, 26, 3, 4, 5);
const set = makeSet(300, 5);
const template = newOffice();
let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient | undefined;

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  const opened = await openStore(entry, template);
  expect((await loadSet(opened.store, set)).isEqual).toBe(true);
  for (let n = 0; n < 120; n++)
    await opened.store.call('auditAppend', {
      kind: 'view',
      actor: 'u1',
      payload: { n, pad: 'x'.repeat(200) },
    });
  await opened.store.call('close', {});
  const path = join(template, 'journal.db');
  const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
  for (let i = 1; i <= 40; i++)
    db.run(
      sql`insert into outbox values (${i}, ${`k${i}`}, 'correction', 'u1', null, ${'b'.repeat(900)}, ${i}, null, 'sig', null, null, null)`,
    );
  db.checkpoint();
  db.close();
});
afterAll(() => {
  remove();
  rmSync(template, { recursive: true, force: true });
});
beforeEach(() => {
  office = newOffice();
  cpSync(template, office, { recursive: true });
});
afterEach(async () => {
  await store?.call('close', {}).catch(() => undefined);
  store = undefined;
  rmSync(office, { recursive: true, force: true });
});

function damage(file: string, pages: readonly number[]): Buffer {
  const path = join(office, file);
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0x5a, (page - 1) * PAGE + 200, (page - 1) * PAGE + 260);
  writeFileSync(path, bytes);
  return bytes;
}

const key = (of: keyof typeof MASTER): Uint8Array => Uint8Array.from(MASTER[of]);
const renewal = () => ({
  officeDir: office,
  key: key('journal'),
  userId: SESSION.userId,
  deviceId: SESSION.deviceId,
  fault: 'STORE_CORRUPT',
  atMs: AT_MS,
});

describe('a damaged slice', () => {
  // Would catch: a slice that keeps the journal shut, is replaced without a person's choice, or is lost.
  it('leaves the journal open, is not replaced unasked, is set aside as it was and loaded again', async () => {
    const evidence = damage('slice.db', [1]);
    const opened = await openStore(entry, office, { create: false });
    store = opened.store;
    expect(opened.state).toMatchObject({ hasSlice: false, fault: { code: 'STORE_CORRUPT' } });
    expect((await store.call('state', {})).fault).toBeDefined();
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    await expect(
      ask(store, 'search.query', { text: '王', filter: {}, offset: 0, limit: 1 }),
    ).rejects.toThrow('SLICE_EMPTY');
    await expect(loadSet(store, set)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(readFileSync(join(office, 'slice.db')).equals(evidence)).toBe(true);

    const { keptIn } = await store.call('setAsideSlice', { officeDir: office, atMs: AT_MS });
    expect(keptIn).toBe('2026-11-26-03-04-05-slice');
    expect(readFileSync(join(office, 'damaged', String(keptIn), 'slice.db')).equals(evidence)).toBe(
      true,
    );
    expect((await loadSet(store, set)).isEqual).toBe(true);
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    expect((await store.call('state', {})).fault).toBeUndefined();
    await expect(
      store.call('setAsideSlice', { officeDir: office, atMs: AT_MS }),
    ).rejects.toMatchObject({ code: 'BUSY' });
  });

  // Would catch: a deleted slice taken for a device that never had one, and quietly loaded again.
  it('is told when it is gone, or was found damaged before', async () => {
    // The first opening of a slice notes that there is one.
    const first = await openStore(entry, office, { create: false });
    await first.store.call('close', {});
    renameSync(join(office, 'slice.db'), join(office, 'elsewhere'));
    const gone = await openStore(entry, office, { create: false });
    expect(gone.state.fault).toMatchObject({ code: 'STORE_MISSING', file: 'slice.db' });
    await gone.store.call('setAsideSlice', { officeDir: office, atMs: AT_MS });
    await gone.store.call('close', {});
    const empty = await openStore(entry, office, { create: false });
    expect(empty.state.fault).toBeUndefined();
    await empty.store.call('close', {});
    renameSync(join(office, 'elsewhere'), join(office, 'slice.db'));
    const known = await openStore(entry, office, { create: false, isSliceDamaged: true });
    store = known.store;
    expect(known.state.fault).toMatchObject({ code: 'STORE_CORRUPT' });
  });
});

describe('a damaged journal', () => {
  // Would catch: a broken chain or a chain without its key on which work goes on.
  it('does not open with a broken tail or without the key of its chain', async () => {
    const path = join(office, 'journal.db');
    const change = (statement: string): void => {
      const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
      db.exec(statement);
      db.close();
    };
    change("update audit set actor = 'u9', header = replace(header, 'u1', 'u9') where seq = 100");
    await expect(openStore(entry, office)).rejects.toMatchObject({
      code: 'AUDIT_CHAIN_BROKEN',
      params: { entry: 100, file: 'journal.db' },
    });
    change("update audit set actor = 'u1', header = replace(header, 'u9', 'u1') where seq = 100");
    change('delete from audit_ratchet');
    await expect(openStore(entry, office)).rejects.toMatchObject({ code: 'AUDIT_CHAIN_BROKEN' });
  });

  // Would catch: commands or entries that could be read but were left behind, or a file changed by reading it.
  it('is salvaged into a file of its own', async () => {
    const evidence = damage('journal.db', [1, 9, 14]);
    store = launch(entry);
    const path = join(office, 'salvage.db');
    const fileKey = Buffer.alloc(32, 7);
    const report = await store.call('salvage', {
      officeDir: office,
      key: key('journal'),
      newKey: Uint8Array.from(fileKey),
      path,
    });
    expect(report.damagedPages).toBe(3);
    expect(readFileSync(join(office, 'journal.db')).equals(evidence)).toBe(true);
    expect(walkPages(path, fileKey).firstFault).toBeNull();
    const db = openReadable({ path, key: fileKey });
    expect(db.value(sql`select count(*) from audit`)).toBe(report.rows.audit);
    expect(db.value(sql`select count(*) from outbox`)).toBe(report.rows.outbox);
    expect(db.value(sql`select count(*) from audit_ratchet`)).toBe(0);
    db.close();
    expect(Number(report.rows.audit) + Number(report.rows.outbox)).toBeGreaterThan(120);
  });

  // Would catch: a new journal without what was not sent yet, or that hides that there was another.
  it('is replaced by a new one that carries over its commands and names the old chain', async () => {
    const evidence = damage('journal.db', [20]);
    store = launch(entry);
    const report = await store.call('renewJournal', renewal());
    expect(report).toMatchObject({ damagedPages: 1, keptIn: '2026-11-26-03-04-05-journal' });
    const kept = join(office, 'damaged', report.keptIn, 'journal.db');
    expect(readFileSync(kept).equals(evidence)).toBe(true);
    store.kill();
    const opened = await openStore(entry, office, { create: false });
    store = opened.store;
    expect(opened.state).toMatchObject({ hasSlice: true });
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true, entries: 1 });
    await store.call('close', {});
    const db = openReadable({ path: join(office, 'journal.db'), key: MASTER.journal });
    expect(db.value(sql`select count(*) from outbox`)).toBe(report.rows.outbox);
    const [kind, payload] = db.get(sql`select kind, payload from audit where seq = 1`) ?? [];
    expect(kind).toBe('journal-renewed');
    expect(JSON.parse(String(payload))).toMatchObject({
      fault: 'STORE_CORRUPT',
      damagedPages: 1,
      previous: { head: { seq: report.content?.audit.head?.seq } },
    });
    db.close();
  });

  // Would catch: an office that is left without any journal when the program is killed between the two renames.
  it('is replaced as well when an earlier try was killed in between, or when it is gone', async () => {
    store = launch(entry);
    const report = await store.call('renewJournal', renewal());
    renameSync(join(office, 'journal.db'), join(office, 'journal.new.db'));
    mkdirSync(join(office, 'damaged'), { recursive: true });
    writeFileSync(join(office, 'journal.db-wal'), 'left over');
    const again = await store.call('renewJournal', renewal());
    expect(again.rows).toEqual(report.rows);
    expect(existsSync(join(office, 'journal.new.db'))).toBe(false);
    rmSync(join(office, 'journal.db'));
    await store.call('renewJournal', renewal());
    store.kill();
    const opened = await openStore(entry, office, { create: false });
    store = opened.store;
    expect((await store.call('auditVerify', {})).entries).toBe(1);
    await expect(store.call('renewJournal', renewal())).rejects.toMatchObject({ code: 'BUSY' });
    expect(readdirSync(join(office, 'damaged')).length).toBeGreaterThan(0);
  });
});

describe('damage in the middle of a change of keys', () => {
  const NEXT = { journal: Buffer.alloc(32, 21), slice: Buffer.alloc(32, 22) };
  const recoveryKeys = () => ({
    journal: key('journal'),
    journalNext: Uint8Array.from(NEXT.journal),
    slice: key('slice'),
    sliceNext: Uint8Array.from(NEXT.slice),
  });
  const openKeys = () => ({ ...storeKeys(), ...recoveryKeys() });
  const either = (of: 'journal' | 'slice') => ({
    key: key(of),
    nextKey: Uint8Array.from(NEXT[of]),
  });
  const diagnosed = (of: StoreClient) =>
    of.call('diagnose', { officeDir: office, keys: recoveryKeys() });
  const rekeyed = (of: StoreClient, file: 'journal' | 'slice') =>
    of.call('rekey', { file, nextKey: Uint8Array.from(NEXT[file]) });

  // Would catch: a file that a rotation had reached (or not) called damaged all over or foreign, its commands and
  // entries left behind, a file that recovery puts under a key with which the rotation cannot go on.
  it.each(['journal', 'slice'] as const)(
    'is told and mended when the %s was first',
    async (first) => {
      const half = await openStore(entry, office, { create: false, keys: openKeys() });
      expect((await rekeyed(half.store, first)).wasNeeded).toBe(true);
      await half.store.call('close', {});
      store = launch(entry);
      const sound = await diagnosed(store);
      expect(sound).toMatchObject({
        journal: { state: 'intact', damagedPages: 0 },
        slice: { state: 'intact', damagedPages: 0 },
        content: { audit: { isIntact: true }, outbox: { readable: 40, unsent: 40 } },
      });
      damage('journal.db', [20]);
      damage('slice.db', [30]);
      const found = await diagnosed(store);
      expect(found).toMatchObject({
        journal: { state: 'damaged', damagedPages: 1 },
        slice: { state: 'damaged', damagedPages: 1 },
      });
      const salvaged = await store.call('salvage', {
        officeDir: office,
        ...either('journal'),
        newKey: Buffer.alloc(32, 7),
        path: join(office, 'salvage.db'),
      });
      const report = await store.call('renewJournal', { ...renewal(), ...either('journal') });
      expect(report).toMatchObject({ damagedPages: 1, content: found.content });
      expect(report.rows.outbox).toBe(found.content?.outbox.readable);
      expect(salvaged.rows).toMatchObject({
        outbox: found.content?.outbox.readable,
        audit: found.content?.audit.entries,
      });
      expect(Number(salvaged.rows.outbox) + Number(salvaged.rows.audit)).toBeGreaterThan(120);
      const mended = await store.call('salvageSlice', {
        officeDir: office,
        ...either('slice'),
        atMs: AT_MS,
      });
      expect(mended.rows).toBeGreaterThan(300);
      store.kill();

      const again = await openStore(entry, office, { create: false, keys: openKeys() });
      store = again.store;
      expect(again.state).toMatchObject({ hasSlice: true });
      expect(again.state.fault).toBeUndefined();
      const other = first === 'journal' ? 'slice' : 'journal';
      expect((await rekeyed(store, first)).wasNeeded).toBe(false);
      expect((await rekeyed(store, other)).wasNeeded).toBe(true);
      await store.call('close', {});
      for (const file of ['journal', 'slice'] as const)
        expect(walkPages(join(office, `${file}.db`), NEXT[file]).firstFault).toBeNull();
    },
  );

  // Would catch: a file that has lost its salt, by which no key proves itself, read with the wrong one of the two.
  it('is read with the right key where the salt is lost', async () => {
    const half = await openStore(entry, office, { create: false, keys: openKeys() });
    await rekeyed(half.store, 'journal');
    await half.store.call('close', {});
    const path = join(office, 'journal.db');
    const bytes = readFileSync(path);
    bytes.fill(0x11, 0, 16);
    writeFileSync(path, bytes);
    store = launch(entry);
    const { journal, content } = await diagnosed(store);
    expect(journal.state).toBe('damaged');
    expect(content?.outbox.readable).toBe(40);
  });

  // Would catch: a rotation that ends, and with it the key of a damaged slice, before a person chose what is to
  // become of it.
  it('keeps the rotation waiting for the decision', async () => {
    damage('slice.db', [1]);
    const opened = await openStore(entry, office, { create: false, keys: openKeys() });
    store = opened.store;
    expect(opened.state.fault).toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(rekeyed(store, 'slice')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await store.call('setAsideSlice', { officeDir: office, atMs: AT_MS });
    expect(await rekeyed(store, 'slice')).toMatchObject({ wasNeeded: false });
  });
});
