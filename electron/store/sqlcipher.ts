import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'sqlcipher';
import { AppError } from '../../shared/errors/app-error';
import { bindingOption } from './binding';
import { ReadableDb, WritableDb } from './database';
import { isFirstPageDamaged } from './pages/first-page';
import { storeError } from './sqlcipher-error';

export interface OpenOptions {
  readonly path: string;
  /** Raw 32-byte key. Copied; the caller's bytes stay as they are. */
  readonly key: Uint8Array;
  /** Page cache, MiB. */
  readonly cacheMb?: number;
}

/** The raw-key form of SQLCipher, x'…'; a bare 32-byte buffer would be taken as a passphrase. */
function rawKey(key: Uint8Array): Buffer {
  if (key.length !== 32) throw new TypeError('a key has 32 bytes');
  // A key that was cleared too early would make a file that anybody can open.
  if (key.every((byte) => byte === 0)) throw new TypeError('a key of zeros is none');
  const text = Buffer.alloc(67);
  text.write("x'", 0, 'latin1');
  const digits = '0123456789abcdef';
  key.forEach((byte, i) => {
    text[2 + 2 * i] = digits.charCodeAt(byte >> 4);
    text[3 + 2 * i] = digits.charCodeAt(byte & 15);
  });
  text.write("'", 66, 'latin1');
  return text;
}

/** True for a file that begins like an unencrypted SQLite database. */
function isPlaintext(path: string): boolean {
  const head = Buffer.alloc(16);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, 16, 0);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === 'SQLite format 3\0';
}

function connect(options: OpenOptions, isReadOnly: boolean, mayCreate: boolean): Database.Database {
  const { path } = options;
  const file = basename(path);
  const isThere = existsSync(path);
  if (!isThere && !mayCreate) throw new AppError('STORE_MISSING', { file });
  // An empty or plain file would open as a database of its own: never take it for ours.
  if (isThere && statSync(path).size < 4096 && !mayCreate)
    throw new AppError('STORE_CORRUPT', { file }, 'shorter than a page');
  if (isThere && statSync(path).size > 0 && isPlaintext(path))
    throw new AppError('STORE_CORRUPT', { file }, 'not encrypted');
  const db = new Database(path, {
    readonly: isReadOnly,
    fileMustExist: !mayCreate,
    ...bindingOption(),
  });
  const key = rawKey(options.key);
  try {
    db.pragma("cipher='sqlcipher'");
    db.pragma('legacy=4');
    db.key(key);
    // The default writes plaintext to temporary files.
    db.pragma('temp_store=MEMORY');
    db.pragma('busy_timeout=5000');
    db.pragma('trusted_schema=OFF');
    // A wrong key shows at the first page read.
    db.prepare('select count(*) from sqlite_master').get();
    db.pragma(`cache_size=${-1024 * (options.cacheMb ?? 32)}`);
    return db;
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      if (isFirstPageDamaged(path, options.key))
        throw new AppError('STORE_CORRUPT', { file }, 'page 1');
      throw new AppError('STORE_KEY_WRONG', { file }, error.message);
    }
    throw storeError(error, path);
  } finally {
    key.fill(0);
  }
}

/**
 * Opens with a key or, while a rotation runs, with the one that is to replace it: whichever the file is
 * under. Fails with the first key's error.
 */
export function withEitherKey<T>(
  key: Uint8Array,
  next: Uint8Array | null,
  open: (key: Uint8Array) => T,
): { readonly opened: T; readonly isNext: boolean } {
  try {
    return { opened: open(key), isNext: false };
  } catch (error) {
    if (next === null || !(error instanceof AppError) || error.code !== 'STORE_KEY_WRONG')
      throw error;
    try {
      return { opened: open(next), isNext: true };
    } catch (second) {
      throw second instanceof AppError && second.code !== 'STORE_KEY_WRONG' ? second : error;
    }
  }
}

/** Opens an existing encrypted file for reading. Fails with STORE_MISSING, STORE_KEY_WRONG or STORE_CORRUPT. */
export function openReadable(options: OpenOptions): ReadableDb {
  return new ReadableDb(connect(options, true, false), options.path);
}

/**
 * Opens an encrypted file for writing, in WAL mode; creates it when `mayCreate`. `isDurable` makes
 * every commit survive a power cut, else only a crash of the process.
 */
export function openWritable(
  options: OpenOptions & { readonly mayCreate: boolean; readonly isDurable: boolean },
): WritableDb {
  const db = connect(options, false, options.mayCreate);
  try {
    db.pragma('journal_mode=WAL');
    db.pragma(`synchronous=${options.isDurable ? 'FULL' : 'NORMAL'}`);
    db.pragma('foreign_keys=OFF');
    return new WritableDb(db, options.path);
  } catch (error) {
    db.close();
    throw storeError(error, options.path);
  }
}
