import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { JOURNAL_0010 } from './journal/0010-first';
import { SLICE_0010 } from './slice/0010-first';

export type FileKind = 'journal' | 'slice';

interface Migration {
  readonly version: number;
  readonly script: string;
}

const MIGRATIONS: Readonly<Record<FileKind, readonly Migration[]>> = {
  journal: [JOURNAL_0010],
  slice: [SLICE_0010],
};

/** Schema version that this build writes. */
export function newestVersion(kind: FileKind): number {
  return Math.max(...MIGRATIONS[kind].map((migration) => migration.version));
}

/** The scripts that make a new file of a kind, in order. */
export function scriptsOf(kind: FileKind): readonly string[] {
  return MIGRATIONS[kind].map((migration) => migration.script);
}

/** Fails when the file is not of this kind or newer than this build. An empty database is nobody's. */
export function checkFile(db: ReadableDb, kind: FileKind): void {
  const file = basename(db.path);
  const version = db.version();
  if (version > newestVersion(kind)) throw new AppError('STORE_FROM_FUTURE', { file });
  const has = db.value(
    sql`select count(*) from sqlite_master where type = 'table' and name = 'manifest'`,
  );
  if (version === 0 || has !== 1) throw new AppError('STORE_CORRUPT', { file }, 'no manifest');
  if (db.value(sql`select value from manifest where name = 'kind'`) !== kind) {
    throw new AppError('STORE_CORRUPT', { file }, 'a file of another kind');
  }
}

/** Brings a file to the newest schema, each step in its own transaction. A new file starts empty. */
export function migrate(db: WritableDb, kind: FileKind, isNew: boolean): void {
  if (!isNew) checkFile(db, kind);
  for (const migration of MIGRATIONS[kind]) {
    if (migration.version <= db.version()) continue;
    db.transaction(() => {
      db.exec(migration.script);
      db.exec(`pragma user_version = ${migration.version}`);
    });
  }
}
