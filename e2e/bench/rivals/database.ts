import { randomBytes } from 'node:crypto';
import Database from 'sqlcipher';

export type Connection = Database.Database;

/** A database of the product's own engine with its recipe: encrypted with a raw key, or plain. */
export function openDatabase(
  path: string,
  options: { readonly isEncrypted: boolean; readonly cacheMb: number; readonly key?: Buffer },
): Connection {
  const db = new Database(path);
  if (options.isEncrypted) {
    const key = options.key ?? randomBytes(32);
    db.pragma("cipher='sqlcipher'");
    db.pragma('legacy=4');
    db.key(Buffer.from(`x'${key.toString('hex')}'`, 'latin1'));
  }
  db.pragma('temp_store=MEMORY');
  db.pragma('journal_mode=WAL');
  db.pragma('synchronous=NORMAL');
  db.pragma(`cache_size=${-1024 * options.cacheMb}`);
  return db;
}

export type Value = number | string | Uint8Array | null;

const ROWS_PER_STATEMENT = 32;

/** Inserts rows, many to a statement, in one transaction: as fast as this engine takes them. */
export function bulkInsert(
  db: Connection,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): void {
  const head = `insert into "${table}" (${columns.map((name) => `"${name}"`).join(',')}) values `;
  const one = `(${columns.map(() => '?').join(',')})`;
  const many = db.prepare(head + Array<string>(ROWS_PER_STATEMENT).fill(one).join(','));
  const single = db.prepare(head + one);
  db.exec('begin immediate');
  let at = 0;
  for (; at + ROWS_PER_STATEMENT <= rows.length; at += ROWS_PER_STATEMENT) {
    many.run(...rows.slice(at, at + ROWS_PER_STATEMENT).flat());
  }
  for (; at < rows.length; at++) single.run(...(rows[at] ?? []));
  db.exec('commit');
}
