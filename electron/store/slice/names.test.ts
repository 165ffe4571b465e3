import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WritableDb } from '../database';
import { openCurrent } from '../migrations/open-current';
import { sql } from '../sql/tag';
import { LiveNames, LoadingNames } from './names';

let folder: string;
let db: WritableDb;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'names-'));
  const path = join(folder, 'slice.db');
  const key = new Uint8Array(32).fill(7);
  db = openCurrent({ kind: 'slice', path, key, isNew: true, isDurable: false, cacheMb: 4 });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const count = (table: 'name' | 'name_key'): unknown =>
  db.value({ text: `select count(*) from ${table}`, values: [] });

describe('names', () => {
  // Would catch: a page's new name ending the making of keys, and all others never found by pinyin.
  it('get keys although a page adds a later name in between', () => {
    const loading = new LoadingNames(db);
    for (let i = 0; i < 1_200; i++) loading.idOf(`王${String.fromCodePoint(0x4e00 + i)}`);
    const live = new LiveNames(db);
    expect(live.fillSomeKeys()).toBe(true);
    live.idOf('欧阳新');
    while (live.fillSomeKeys());
    expect(count('name_key')).toBe(count('name'));
    expect(new LiveNames(db).fillSomeKeys()).toBe(false);
  });

  // Would catch: persons of a segment that came damaged and was fetched again, with a name that no row has.
  it('are written again after a rollback', () => {
    const names = new LoadingNames(db);
    expect(() =>
      db.transaction(() => {
        names.idOf('张三');
        throw new Error('damaged');
      }),
    ).toThrow();
    names.reload();
    const id = names.idOf('张三');
    expect(db.value(sql`select text from name where id = ${id}`)).toBe('张三');
  });
});
