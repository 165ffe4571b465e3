import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SecondEngine from '@signalapp/sqlcipher';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../launcher';
import { sql } from '../sql/tag';
import { openReadable, openWritable } from '../sqlcipher';
import { storeError } from '../sqlcipher-error';
import { walkPages } from '../walk-pages';
import { MASTER } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { type FixtureRow, type FixtureSet, makeSet } from './rows';

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;
const set: FixtureSet = makeSet(400, 3);
const holder = set.person[3] as FixtureRow;
const idOf = (person: FixtureRow): string => String(person.private?.idNumber);
const find = (text: string): Promise<unknown> =>
  ask(store, 'search.query', { text, filter: {}, offset: 0, limit: 5 });

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  ({ store } = await openStore(entry, office));
  expect((await loadSet(store, set)).isEqual).toBe(true);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  rmSync(office, { recursive: true, force: true });
});

describe('files', () => {
  // Would catch: names, numbers or keys lying in the clear in any file of the office.
  it('hold no plaintext and intact pages, and show tampering', async () => {
    const name = String(holder.public.name);
    await find(name);
    await store.call('close', {});
    const planted = [
      name,
      idOf(holder),
      '建筑工程',
      '京建安C1',
      'SQLite format',
      String(set.company[0]?.public.uscc),
    ];
    const files = readdirSync(office);
    expect(files.sort()).toEqual(['journal.db', 'journal.db-kept', 'office.lock', 'slice.db']);
    for (const file of files) {
      const bytes = readFileSync(join(office, file));
      for (const text of planted)
        for (const encoding of ['utf8', 'utf16le'] as const)
          expect(bytes.includes(Buffer.from(text, encoding))).toBe(false);
    }
    expect(walkPages(join(office, 'slice.db'), MASTER.slice).firstFault).toBeNull();
    expect(walkPages(join(office, 'journal.db'), MASTER.journal).firstFault).toBeNull();

    const path = join(office, 'slice.db');
    const good = readFileSync(path);
    const broken = Buffer.from(good);
    broken[4096 * 9 + 100] = (broken[4096 * 9 + 100] ?? 0) ^ 1;
    writeFileSync(path, broken);
    expect(walkPages(path, MASTER.slice).firstFault).toBe(10);
    writeFileSync(path, good);

    // Who holds the key and changes a row is found by the digest.
    for (const [change, back] of [
      [
        sql`update certificate set "validTo" = "validTo" + 1 where id = 1000007`,
        sql`update certificate set "validTo" = "validTo" - 1 where id = 1000007`,
      ],
      [sql`update person set keyedTag = zeroblob(16) where id = 8200`, null],
    ] as const) {
      const db = openWritable({ path, key: MASTER.slice, mayCreate: false, isDurable: false });
      db.run(change);
      db.close();
      ({ store } = await openStore(entry, office));
      const result = await store.call('verify', { mode: 'quick' });
      expect(result).toMatchObject({ isEqual: false, differingBuckets: 1 });
      await store.call('close', {});
      if (back === null) continue;
      const again = openWritable({ path, key: MASTER.slice, mayCreate: false, isDurable: false });
      again.run(back);
      again.close();
    }
    writeFileSync(path, good);
    ({ store } = await openStore(entry, office));
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
  });

  // Would catch: a wrong key, an empty or a foreign file taken for ours.
  it('open with the right key only', () => {
    const path = join(office, 'slice.db');
    expect(() => openReadable({ path, key: Buffer.alloc(32, 9) })).toThrow(
      expect.objectContaining({ code: 'STORE_KEY_WRONG' }),
    );
    const other = join(office, 'other.db');
    writeFileSync(other, '');
    expect(() => openReadable({ path: other, key: MASTER.slice })).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
    writeFileSync(other, `SQLite format 3\0${'x'.repeat(5000)}`);
    expect(() => openReadable({ path: other, key: MASTER.slice })).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
    rmSync(other);
    expect(() => openReadable({ path: other, key: MASTER.slice })).toThrow(
      expect.objectContaining({ code: 'STORE_MISSING' }),
    );
  });

  // Would catch: our files being readable by our own engine only, not as SQLCipher 4.
  it('open in an independent SQLCipher', () => {
    const dir = newOffice();
    const path = join(dir, 'one.db');
    const db = openWritable({ path, key: MASTER.slice, mayCreate: true, isDurable: true });
    db.exec("create table t (a integer, b text); insert into t values (7, '王伟')");
    db.checkpoint();
    db.close();
    const other = new SecondEngine(path);
    other.pragma(`key = "x'${MASTER.slice.toString('hex')}'"`);
    expect(other.prepare('select a, b from t').all()).toEqual([{ a: 7, b: '王伟' }]);
    expect(other.pragma('cipher_integrity_check')).toEqual([]);
    other.close();
    const wrong = new SecondEngine(path);
    wrong.pragma(`key = "x'${'00'.repeat(32)}'"`);
    expect(() => wrong.prepare('select a from t').all()).toThrow();
    wrong.close();
    rmSync(dir, { recursive: true, force: true });
  });

  // Would catch: a full disk told as damage, or rows of the failed transaction staying behind.
  it('say that the disk is full and keep what was there', () => {
    const dir = newOffice();
    const db = openWritable({
      path: join(dir, 'full.db'),
      key: MASTER.slice,
      mayCreate: true,
      isDurable: false,
    });
    db.exec('create table t (a text); pragma max_page_count = 20');
    db.run(sql`insert into t values ('first')`);
    let thrown: unknown;
    try {
      db.transaction(() => {
        for (let i = 0; i < 100; i++) db.run(sql`insert into t values (${'x'.repeat(4000)})`);
      });
    } catch (error) {
      thrown = storeError(error, 'full.db');
    }
    expect(thrown).toMatchObject({ code: 'DISK_FULL' });
    expect(db.value(sql`select count(*) from t`)).toBe(1);
    db.close();
    rmSync(dir, { recursive: true, force: true });
  });
});
