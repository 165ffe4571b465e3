import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb, WritableDb } from '../database';
import { tookWholeLog } from '../pages/whole-log';
import { type OpenOptions, openReadable, openWritable } from '../sqlcipher';
import { storeError } from '../sqlcipher-error';
import type { Migration, TellUpgrade } from './migration';
import {
  checkFile,
  type FileKind,
  isCurrent,
  isUnderWay,
  isUnsettled,
  MIGRATIONS,
  newestOf,
  runMigrations,
  settle,
} from './run';
import {
  dropSafetyCopy,
  finishRestoring,
  restoreSafetyCopy,
  safetyCopyOf,
  takeSafetyCopy,
} from './safety-copy';

export interface CurrentOptions extends OpenOptions {
  readonly kind: FileKind;
  /** True: the file is not there and begins empty. */
  readonly isNew: boolean;
  readonly isDurable: boolean;
  readonly tell?: TellUpgrade | undefined;
  /**
   * True: the copy from before an upgrade stays until `settleUpgrade`, because another file of the office is upgraded
   * with this one. Until then nothing else may be written.
   */
  readonly keepsCopy?: boolean;
  /** Other schemas than this build's, for tests of the runner. */
  readonly migrations?: readonly Migration[];
}

/**
 * A newer program was stopped while it brought the office forward, and nothing else was written since: the file as it was
 * before takes its place, so that this program goes on as if the newer one had never been there.
 */
function takeBackUnsettled(options: CurrentOptions, migrations: readonly Migration[]): void {
  const { path, kind } = options;
  if (!existsSync(safetyCopyOf(path))) return;
  const isAhead = reading(options, (db) => db.version() > newestOf(migrations) && isUnsettled(db));
  if (!isAhead) return;
  try {
    const copy = { ...options, path: safetyCopyOf(path) };
    reading(copy, (db) => checkFile(db, kind, migrations));
  } catch {
    // It is no file of ours either: the newer program can still go on with what it began.
    return;
  }
  restoreSafetyCopy(path);
}

function reading<T>(options: OpenOptions, look: (db: ReadableDb) => T): T {
  const db = openReadable(options);
  try {
    return look(db);
  } finally {
    db.close();
  }
}

/** Looks at a file without changing a byte of it. */
function refuseForeign(options: CurrentOptions, migrations: readonly Migration[]): void {
  reading(options, (db) => {
    checkFile(db, options.kind, migrations);
    // What the slice loses the server gives again; the journal exists nowhere else.
    if (options.kind === 'journal' && !tookWholeLog(options.path, options.key))
      throw new AppError('STORE_CORRUPT', { file: basename(options.path) }, 'write-ahead log');
  });
}

/** Nothing else has the file yet: waits only for a connection that is just ending. */
const FOLD_WAIT_MS = 200;

/**
 * Moves what a killed process left in the write-ahead log into the file. It may have died in the middle of a page that
 * it was moving: the log has that page whole, so every query is right, but whoever reads the file by pages (change of
 * keys, self-check, diagnosis) would call it damaged.
 */
function foldLeftLog(db: WritableDb): void {
  try {
    db.tryCheckpoint(FOLD_WAIT_MS);
  } catch {
    // A full disk: the file is as readable as before, and the first write says what is wrong.
  }
}

/**
 * Opens a file for writing in the newest schema. An older one is upgraded: a copy is kept until the
 * upgrade has ended, and put back when it fails; an interrupted upgrade goes on where it stopped. What a newer program
 * began and did not end is taken back.
 * Fails with STORE_MISSING, STORE_KEY_WRONG, STORE_CORRUPT, STORE_FROM_FUTURE (the file is untouched),
 * DISK_FULL, DISK_READ_ONLY, STORE_IO or STORE_UPGRADE_FAILED (the former file is in place again).
 */
export function openCurrent(options: CurrentOptions): WritableDb {
  const { path, isNew } = options;
  const migrations = options.migrations ?? MIGRATIONS[options.kind];
  const tell = options.tell ?? (() => undefined);
  if (isNew) return create(options, migrations, tell);
  finishRestoring(path);
  takeBackUnsettled(options, migrations);
  refuseForeign(options, migrations);
  const db = openWritable({ ...options, mayCreate: false });
  try {
    foldLeftLog(db);
    if (isCurrent(db, options.kind, migrations)) {
      if (options.keepsCopy !== true) settleUpgrade(db);
      return db;
    }
    if (!isUnderWay(db) && !(isUnsettled(db) && existsSync(safetyCopyOf(path)))) {
      db.checkpoint();
      takeSafetyCopy(path);
    }
  } catch (error) {
    db.close();
    throw storeError(error, path);
  }
  upgrade(db, migrations, tell);
  if (options.keepsCopy !== true) settleUpgrade(db);
  return db;
}

/** The upgrade counts: other things may be written from here on, and the copy goes. */
export function settleUpgrade(db: WritableDb): void {
  settle(db);
  dropSafetyCopy(db.path);
}

/**
 * Closes a file whose upgrade is not to count, because that of another file of the office failed, and puts it back as it
 * was. False, and nothing done, where it was not upgraded.
 */
export function takeUpgradeBack(db: WritableDb): boolean {
  if (!isUnsettled(db) || !existsSync(safetyCopyOf(db.path))) return false;
  db.close();
  restoreSafetyCopy(db.path);
  return true;
}

function create(
  options: CurrentOptions,
  migrations: readonly Migration[],
  tell: TellUpgrade,
): WritableDb {
  const db = openWritable({ ...options, mayCreate: true });
  try {
    runMigrations(db, migrations, tell);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function upgrade(db: WritableDb, migrations: readonly Migration[], tell: TellUpgrade): void {
  const { path } = db;
  const from = db.version();
  try {
    runMigrations(db, migrations, tell);
  } catch (error) {
    try {
      db.close();
    } finally {
      restoreSafetyCopy(path);
    }
    const known = storeError(error, path);
    if (known instanceof AppError) throw known;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const params = { file: basename(path), version: from, ours: newestOf(migrations) };
    throw new AppError('STORE_UPGRADE_FAILED', params, detail);
  }
}
