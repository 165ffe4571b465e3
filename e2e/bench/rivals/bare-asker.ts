import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProgram } from '../frame/child';
import { freshFolder, removeFolders } from '../frame/folders';
import { bulkInsert, type Connection, openDatabase } from './database';

const CACHE_MB = 32;
const ROWS = 200_000;

let rows: Connection | null = null;
let log: Connection | null = null;

/**
 * The least that an answered look-up can be: one row by an index of a plain file and one entry in the log of another, both by
 * the product's engine, in a process of its own. Beside the same work as ours it says what the machine alone makes people wait.
 */
export const bareAskerProgram = {
  name: 'bare-asker',
  calls: {
    async open(_: Record<string, never>): Promise<void> {
      const folder = freshFolder('asker');
      rows = openDatabase(join(folder, 'rows.db'), { isEncrypted: false, cacheMb: CACHE_MB });
      rows.exec('create table certificate (id integer primary key, number text, holder integer)');
      const all = Array.from({ length: ROWS }, (_, i) => [i + 1, `T${i + 1}`, i % 1_000]);
      bulkInsert(rows, 'certificate', ['id', 'number', 'holder'], all);
      rows.exec('create index certificate_number on certificate(number)');
      log = openDatabase(join(folder, 'log.db'), { isEncrypted: false, cacheMb: CACHE_MB });
      log.exec('create table entry (seq integer primary key, number text, found integer)');
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    },
    async ask({ nth }: { readonly nth: number }): Promise<{ readonly found: number }> {
      const number = `T${1 + ((nth * 7_919) % ROWS)}`;
      const found = rows?.prepare('select * from certificate where number = ?').all(number) ?? [];
      log?.prepare('insert into entry (number, found) values (?, ?)').run(number, found.length);
      return { found: found.length };
    },
    async close(_: Record<string, never>): Promise<void> {
      rows?.close();
      log?.close();
      removeFolders();
    },
  },
} satisfies ChildProgram<Record<string, (input: never) => Promise<unknown>>>;
