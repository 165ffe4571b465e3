import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import { tookWholeLog } from '../pages/whole-log';
import { type OpenOptions, openReadable, openWritable } from '../sqlcipher';
import { storeError } from '../sqlcipher-error';
import type { Migration, TellUpgrade } from './migration';
import {
  checkFile,
  type FileKind,
  isCurrent,
  isUnderWay,
  MIGRATIONS,
  newestOf,
  runMigrations,
} from './run';
import { dropSafetyCopy, finishRestoring, restoreSafetyCopy, takeSafetyCopy } from './safety-copy';

export interface CurrentOptions extends OpenOptions {
  readonly kind: FileKind;
  /** True: the file is not there and begins empty. */
  readonly isNew: boolean;
  readonly isDurable: boolean;
  readonly tell?: TellUpgrade | undefined;
  /** Other schemas than this build's, for tests of the runner. */
  readonly migrations?: readonly Migration[];
}

/** Looks at a file without changing a byte of it. */
function refuseForeign(options: CurrentOptions, migrations: readonly Migration[]): void {
  const db = openReadable(options);
  try {
    checkFile(db, options.kind, migrations);
    // What the slice loses the server gives again; the journal exists nowhere else.
    if (options.kind === 'journal' && !tookWholeLog(options.path, options.key))
      throw new AppError('STORE_CORRUPT', { file: basename(options.path) }, 'write-ahead log');
  } finally {
    db.close();
  }
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
 * upgrade has ended, and put back when it fails; an interrupted upgrade goes on where it stopped.
 * Fails with STORE_MISSING, STORE_KEY_WRONG, STORE_CORRUPT, STORE_FROM_FUTURE (the file is untouched),
 * DISK_FULL, DISK_READ_ONLY, STORE_IO or STORE_UPGRADE_FAILED (the former file is in place again).
 */
export function openCurrent(options: CurrentOptions): WritableDb {
  const { path, isNew } = options;
  const migrations = options.migrations ?? MIGRATIONS[options.kind];
  const tell = options.tell ?? (() => undefined);
  if (isNew) return create(options, migrations, tell);
  finishRestoring(path);
  refuseForeign(options, migrations);
  const db = openWritable({ ...options, mayCreate: false });
  try {
    foldLeftLog(db);
    if (isCurrent(db, options.kind, migrations)) {
      dropSafetyCopy(path);
      return db;
    }
    if (!isUnderWay(db)) {
      db.checkpoint();
      takeSafetyCopy(path);
    }
  } catch (error) {
    db.close();
    throw storeError(error, path);
  }
  upgrade(db, migrations, tell);
  dropSafetyCopy(path);
  return db;
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
