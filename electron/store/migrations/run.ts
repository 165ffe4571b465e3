import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { JOURNAL_0010 } from './journal/0010-first';
import { JOURNAL_0110 } from './journal/0110-up';
import { JOURNAL_0180 } from './journal/0180-words';
import type { Migration, TellUpgrade } from './migration';
import { SLICE_0010 } from './slice/0010-first';
import { SLICE_0140 } from './slice/0140-extra';

export type FileKind = 'journal' | 'slice';

export const MIGRATIONS: Readonly<Record<FileKind, readonly Migration[]>> = {
  journal: [JOURNAL_0010, JOURNAL_0110, JOURNAL_0180],
  slice: [SLICE_0010, SLICE_0140],
};

/**
 * Name of the manifest's row that says how far a long migration has come. The file has the new version's
 * number already then, so that no older program takes it for one of its own.
 */
const UNDER_WAY = 'migration';

/** Schema version that this build writes. */
export function newestVersion(kind: FileKind): number {
  return newestOf(MIGRATIONS[kind]);
}

/** The scripts that make a new file of a kind, in order. */
export function scriptsOf(kind: FileKind): readonly string[] {
  return MIGRATIONS[kind].flatMap(({ script, finish }) =>
    finish === undefined ? [script] : [script, finish],
  );
}

export function newestOf(migrations: readonly Migration[]): number {
  return Math.max(...migrations.map((migration) => migration.version));
}

/**
 * Fails when the file is not of this kind (STORE_CORRUPT) or newer than `migrations` (STORE_FROM_FUTURE,
 * naming both versions). An empty database is nobody's. Changes nothing.
 */
export function checkFile(
  db: ReadableDb,
  kind: FileKind,
  migrations: readonly Migration[] = MIGRATIONS[kind],
): void {
  const file = basename(db.path);
  const version = db.version();
  const ours = newestOf(migrations);
  if (version > ours) throw new AppError('STORE_FROM_FUTURE', { file, version, ours });
  const has = db.value(
    sql`select count(*) from sqlite_master where type = 'table' and name = 'manifest'`,
  );
  if (version === 0 || has !== 1) throw new AppError('STORE_CORRUPT', { file }, 'no manifest');
  if (db.value(sql`select value from manifest where name = 'kind'`) !== kind) {
    throw new AppError('STORE_CORRUPT', { file }, 'a file of another kind');
  }
}

/**
 * Name of the manifest's row that says that the file was upgraded and that nothing else was written to it since: as long
 * as it is there, the copy from before holds all that the file holds.
 */
const UNSETTLED = 'unsettled';

/** Whether nothing but an upgrade has changed the file since its copy was taken. */
export function isUnsettled(db: ReadableDb): boolean {
  if (db.version() === 0) return false;
  return db.value(sql`select 1 from manifest where name = ${UNSETTLED}`) === 1;
}

/** From here on other things may be written: the copy from before counts no more. */
export function settle(db: WritableDb): void {
  if (isUnsettled(db))
    db.transaction(() => db.run(sql`delete from manifest where name = ${UNSETTLED}`));
}

function stepUnderWay(db: ReadableDb): number | undefined {
  if (db.version() === 0) return undefined;
  const value = db.value(sql`select value from manifest where name = ${UNDER_WAY}`);
  return value === undefined ? undefined : Number(textOf(value));
}

/** Whether a migration began and has not come to its end. */
export function isUnderWay(db: ReadableDb): boolean {
  return stepUnderWay(db) !== undefined;
}

export function isCurrent(
  db: ReadableDb,
  kind: FileKind,
  migrations: readonly Migration[] = MIGRATIONS[kind],
): boolean {
  return db.version() === newestOf(migrations) && !isUnderWay(db);
}

function noteStep(db: WritableDb, step: number): void {
  db.run(sql`insert or replace into manifest values (${UNDER_WAY}, ${String(step)})`);
}

/** Does the steps from the one that is noted, then the finish. */
function finishSteps(db: WritableDb, migration: Migration, tell: TellUpgrade): void {
  const steps = migration.steps ?? [];
  const first = stepUnderWay(db) ?? 0;
  const lefts = steps.map((step, i) =>
    i < first ? 0 : intOf(db.value({ text: step.left, values: [] })),
  );
  const total = lefts.reduce((sum, left) => sum + left, 0);
  let done = 0;
  steps.forEach((step, i) => {
    if (i < first) return;
    for (;;) {
      const changed = db.transaction(() => {
        const rows = db.run({ text: step.text, values: [] });
        if (rows === 0) noteStep(db, i + 1);
        return rows;
      });
      if (changed === 0) break;
      done += changed;
      tell(Math.min(done, total), total);
    }
  });
  db.transaction(() => {
    if (migration.finish !== undefined) db.exec(migration.finish);
    db.run(sql`delete from manifest where name = ${UNDER_WAY}`);
  });
}

/**
 * Brings a file to the newest schema, each version in its own transactions; goes on where an earlier run
 * was interrupted. A new file starts empty. Whoever calls has checked the file and keeps a copy of it.
 */
export function runMigrations(
  db: WritableDb,
  migrations: readonly Migration[],
  tell: TellUpgrade,
): void {
  for (const migration of migrations) {
    const version = db.version();
    if (migration.version < version) continue;
    if (migration.version === version) {
      if (isUnderWay(db)) finishSteps(db, migration, tell);
      continue;
    }
    const isLong = migration.steps !== undefined || migration.finish !== undefined;
    db.transaction(() => {
      db.exec(migration.script);
      db.exec(`pragma user_version = ${migration.version}`);
      if (version > 0)
        db.run(sql`insert or ignore into manifest values (${UNSETTLED}, ${String(version)})`);
      if (isLong) noteStep(db, 0);
    });
    if (isLong) finishSteps(db, migration, tell);
  }
}

/** Brings a new file, or a copy that nobody would miss, to the newest schema. */
export function migrate(db: WritableDb, kind: FileKind, isNew: boolean): void {
  if (!isNew) checkFile(db, kind);
  runMigrations(db, MIGRATIONS[kind], () => undefined);
  if (!isNew) settle(db);
}
