import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb } from '../database';
import { PAGE_BYTES } from '../pages/page-mac';
import { openReadable, openWritable } from '../sqlcipher';

const TRIES = 60;
const PAUSE_MS = 50;
/** The first tries make nobody wait; later ones insist for so long against a writer without pause. */
const PATIENT_AFTER = 10;
const INSISTENT_MS = 500;

/**
 * A database file that does not change while others go on writing: its log was empty when a read snapshot
 * began, so the snapshot reads the file alone (WAL_READ_LOCK(0)), and SQLite moves nothing from the log into
 * the file as long as such a reader lives. Writers append to the log meanwhile.
 */
export interface FrozenFile {
  readonly path: string;
  readonly pages: number;
  /** A connection inside the snapshot. */
  readonly db: ReadableDb;
  release(): void;
}

function isLogEmpty(path: string): boolean {
  const log = `${path}-wal`;
  return !existsSync(log) || statSync(log).size === 0;
}

function tryFreeze(path: string, key: Uint8Array, waitMs: number): ReadableDb | undefined {
  const folding = openWritable({ path, key, mayCreate: false, isDurable: false, cacheMb: 1 });
  const db = openReadable({ path, key, cacheMb: 16 });
  try {
    if (folding.tryCheckpoint(waitMs)) {
      db.beginSnapshot();
      // Still empty: no writer came between, so the snapshot needs no log.
      if (isLogEmpty(path)) {
        folding.close();
        return db;
      }
      db.endSnapshot();
    }
  } catch (error) {
    db.close();
    folding.close();
    throw error;
  }
  db.close();
  folding.close();
  return undefined;
}

/** Freezes an open or closed file. Throws BACKUP_SOURCE_BUSY when a long reader is in the way, or the errors of opening. */
export async function freeze(
  path: string,
  key: Uint8Array,
  isCancelled: () => boolean,
): Promise<FrozenFile> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (isCancelled()) throw new AppError('CANCELLED');
    const db = tryFreeze(path, key, attempt < PATIENT_AFTER ? 0 : INSISTENT_MS);
    if (db !== undefined) return frozen(path, db);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new AppError('BACKUP_SOURCE_BUSY');
}

function frozen(path: string, db: ReadableDb): FrozenFile {
  const release = (): void => {
    db.endSnapshot();
    db.close();
  };
  const pages = db.pages();
  if (statSync(path).size < pages * PAGE_BYTES) {
    release();
    throw new AppError('STORE_CORRUPT', { file: basename(path) }, 'shorter than its page count');
  }
  return { path, pages, db, release };
}
