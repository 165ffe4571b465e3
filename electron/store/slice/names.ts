import { normalizeName } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, type PinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import type { WritableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';

const KEYS_PER_SLICE = 500;

/** Numbers of distinct names while a first load runs; the table has no index yet, so they are kept in memory. */
export class LoadingNames {
  private readonly ids = new Map<string, number>();
  private next = 1;
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
    this.reload();
  }

  /** Reads the numbers again: after a rollback some that we gave out stand for no row. */
  reload(): void {
    const { db } = this;
    this.ids.clear();
    for (const row of db.all(sql`select id, text from name`)) {
      const id = intOf(row[0]);
      this.ids.set(textOf(row[1]), id);
      this.next = Math.max(this.next, id + 1);
    }
  }

  idOf(name: string): number {
    const text = normalizeName(name);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.next++;
    this.db.run(sql`insert into name values (${id}, ${text})`);
    this.ids.set(text, id);
    return id;
  }
}

/** Numbers of names in a live slice: found by the index, made with their keys when new. */
export class LiveNames {
  private readonly db: WritableDb;
  private filledTo = 0;
  private readonly memo: PinyinMemo = createPinyinMemo();
  private made: number[] = [];

  constructor(db: WritableDb) {
    this.db = db;
  }

  /** Numbers that were given to new names since it was last asked. */
  takeMade(): readonly number[] {
    const { made } = this;
    this.made = [];
    return made;
  }

  idOf(name: string): number {
    const text = normalizeName(name);
    const known = this.db.value(sql`select id from name where text = ${text}`);
    if (known !== undefined) return intOf(known);
    this.db.run(sql`insert into name (text) values (${text})`);
    const id = intOf(this.db.value(sql`select id from name where text = ${text}`));
    this.addKeys(id, text);
    this.made.push(id);
    return id;
  }

  /** Makes the keys of a known name anew. */
  renewKeys(id: number): void {
    const text = this.db.value(sql`select text from name where id = ${id}`);
    if (text !== undefined) this.addKeys(id, textOf(text));
  }

  private addKeys(id: number, text: string): void {
    const keys = pinyinKeys(text, this.memo);
    this.db.run(
      sql`insert or replace into name_key values (${id}, ${keys.full}, ${keys.initials})`,
    );
  }

  /** Removes a name that nobody bears any more, with its keys. True when it went. */
  purgeIfUnused(id: number): boolean {
    const isUsed = this.db.value(sql`select 1 from person where nameId = ${id} limit 1`) === 1;
    if (isUsed) return false;
    this.db.run(sql`delete from name where id = ${id}`);
    this.db.run(sql`delete from name_key where id = ${id}`);
    return true;
  }

  /** Makes the keys of names that lack them, a small transaction at a time; false when all are there. */
  fillSomeKeys(): boolean {
    // Not from the highest key on: a page may have added a later name with its keys meanwhile.
    const rows = this.db.all(
      sql`select id, text from name where id > ${this.filledTo}
        and not exists (select 1 from name_key where name_key.id = name.id) order by id limit ${KEYS_PER_SLICE}`,
    );
    const end = rows.at(-1);
    if (end === undefined) return false;
    this.filledTo = intOf(end[0]);
    this.db.transaction(() => {
      for (const row of rows) this.addKeys(intOf(row[0]), textOf(row[1]));
    });
    return true;
  }
}
