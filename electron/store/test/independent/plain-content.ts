import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decryptFile } from './sqlcipher4';

/** All rows of a table, each as canonical text, in the order of the texts. */
export interface TableContent {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}
export type FileContent = Readonly<Record<string, TableContent>>;

const cell = (value: unknown): unknown =>
  value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;

/** A row as canonical text, the same from every engine: blobs as hex. */
export function rowText(values: readonly unknown[]): string {
  return JSON.stringify(values.map(cell));
}

/**
 * Everything in a closed encrypted file, decrypted without any SQLCipher and read by Node's own SQLite,
 * which first checks the file's integrity. Throws PageFault, or what SQLite found.
 */
export function readIndependently(path: string, key: Uint8Array): FileContent {
  const folder = mkdtempSync(join(tmpdir(), 'plain-'));
  const plain = join(folder, 'plain.db');
  try {
    writeFileSync(plain, decryptFile(readFileSync(path), key));
    const db = new DatabaseSync(plain, { readOnly: true });
    try {
      const check = db.prepare('pragma integrity_check').all();
      if (JSON.stringify(check) !== '[{"integrity_check":"ok"}]')
        throw new Error(`integrity: ${JSON.stringify(check).slice(0, 500)}`);
      const tables = db
        .prepare("select name from sqlite_master where type = 'table' order by name")
        .all()
        .map((row) => String(row.name));
      return Object.fromEntries(
        tables.map((table) => {
          const statement = db.prepare(`select * from "${table}"`);
          const columns = statement.columns().map((column) => column.name);
          const rows = statement
            .all()
            .map((row) => rowText(columns.map((column) => row[column])))
            .sort();
          return [table, { columns, rows }];
        }),
      );
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is kept of a table in an `expected.json`: enough to say that nothing was lost or changed. */
export interface TableSummary {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly sha256: string;
}

export function summary({ columns, rows }: TableContent): TableSummary {
  const sha256 = createHash('sha256').update(rows.join('\n')).digest('hex');
  return { columns, rows: rows.length, sha256 };
}
