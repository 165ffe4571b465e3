import { join } from 'node:path';
import Database from 'sqlcipher';
import { AppError } from '../../shared/errors/app-error';
import { storeError } from './sqlcipher-error';

const LOCK_FILE = 'office.lock';
/** A store that was killed a moment ago may not be gone yet. */
const WAIT_MS = 2_000;

/**
 * Makes this process the only one that works on an office's files, until `release` or its end, however
 * it ends: the lock is the operating system's, taken through the engine's own locking of an empty file
 * (the one way that is the same on Windows, Linux and macOS without a package). A file of its own,
 * because reading the data files' bytes anywhere in this process would drop a POSIX lock on them.
 */
export class OfficeLock {
  private readonly db: Database.Database;

  private constructor(db: Database.Database) {
    this.db = db;
  }

  /** Takes the lock. Fails with STORE_IN_USE when another process has it and keeps it. */
  static hold(officeDir: string): OfficeLock {
    const path = join(officeDir, LOCK_FILE);
    let db: Database.Database | undefined;
    try {
      db = new Database(path, { timeout: WAIT_MS });
      db.pragma('journal_mode=MEMORY');
      db.exec('begin exclusive');
      return new OfficeLock(db);
    } catch (error) {
      db?.close();
      const known = storeError(error, path);
      // Only an empty file is ever locked; one with something in it is not ours.
      throw known instanceof AppError && known.code === 'STORE_CORRUPT'
        ? new AppError('STORE_CORRUPT', { file: LOCK_FILE }, known.detail)
        : known;
    }
  }

  release(): void {
    this.db.close();
  }
}
