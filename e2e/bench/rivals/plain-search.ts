import { join } from 'node:path';
import { normalizeName } from '../../../shared/domain/name/normalize';
import type { CoreRows } from '../real/core-rows';
import { bulkInsert, type Connection, openDatabase } from './database';

/**
 * The usual way to search: plaintext SQLite with FTS5 over the same rows. Names by character
 * (a phrase of them), numbers by an index, typing errors by patterns with one character left out.
 */
export interface PlainSearch {
  exact(number: string): unknown[];
  name(text: string): unknown[];
  fuzzy(text: string): unknown[];
  suggest(text: string): unknown[];
  /** Every name looked through, as without any index. */
  scan(text: string): unknown[];
  close(): void;
}

const CACHE_MB = 128;
const spaced = (text: string) => [...text].join(' ');
const LIST = 'select c.*, p.name from certificate c join person p on p.id = c.holder';

function fill(db: Connection, { certificates, persons }: CoreRows): void {
  db.exec(`create table person (id integer primary key, name text not null);
    create table certificate (id integer primary key, number text, kind integer, holder integer,
      company integer, region integer, industry integer, validFrom integer, validTo integer,
      reviewDue integer, baseStatus integer);
    create virtual table name_text using fts5(characters, content='', detail=full);`);
  const names = [...persons].map(([id, name]) => ({ id, name: normalizeName(name) }));
  bulkInsert(
    db,
    'person',
    ['id', 'name'],
    names.map(({ id, name }) => [id, name]),
  );
  bulkInsert(
    db,
    'name_text',
    ['rowid', 'characters'],
    names.map(({ id, name }) => [id, spaced(name)]),
  );
  const columns = [
    'id',
    'number',
    'kind',
    'holder',
    'company',
    'region',
    'industry',
    'validFrom',
    'validTo',
    'reviewDue',
    'baseStatus',
  ] as const;
  bulkInsert(
    db,
    'certificate',
    columns,
    certificates.map((row) => columns.map((name) => row[name])),
  );
  db.exec(`create index certificate_number on certificate(number) where number is not null;
    create index certificate_holder on certificate(holder);
    insert into name_text(name_text) values ('optimize');`);
}

/** One character wrong anywhere: every pattern with one left out, as phrases around the gap. */
function typoPatterns(text: string): string {
  const all = [...text];
  return all
    .map((_, gap) => {
      const before = all.slice(0, gap);
      const after = all.slice(gap + 1);
      return [before, after]
        .filter((part) => part.length > 0)
        .map((part) => `"${part.join(' ')}"`)
        .join(' AND ');
    })
    .filter((pattern) => pattern !== '')
    .map((pattern) => `(${pattern})`)
    .join(' OR ');
}

export function openPlainSearch(folder: string, rows: CoreRows): PlainSearch {
  const db = openDatabase(join(folder, 'plain-search.db'), {
    isEncrypted: false,
    cacheMb: CACHE_MB,
  });
  fill(db, rows);
  const exact = db.prepare(`${LIST} where c.number = ?`);
  const byName = db.prepare(
    `${LIST} where p.id in (select rowid from name_text where name_text match ?) limit 50`,
  );
  const count = db.prepare(
    'select count(*) from name_text f join certificate c on c.holder = f.rowid where name_text match ?',
  );
  const people = db.prepare(
    'select p.id, p.name from name_text f join person p on p.id = f.rowid where name_text match ? limit 10',
  );
  const like = db.prepare(`${LIST} where p.name like ? escape '\\' limit 50`);
  const listed = (pattern: string) => [byName.all(pattern), count.get(pattern)];
  return {
    exact: (number) => exact.all(number),
    name: (text) => listed(`"${spaced(text)}"`),
    fuzzy: (text) => listed(typoPatterns(text)),
    suggest: (text) => people.all(`^"${spaced(text)}" *`),
    scan: (text) => like.all(`%${text.replace(/[%_\\]/g, (c) => `\\${c}`)}%`),
    close: () => db.close(),
  };
}
