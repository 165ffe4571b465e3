import { accessSync, constants, statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AppError } from '../../shared/errors/app-error';

/** Below this a disk counts as full: what the write-ahead log may need before it is folded in. */
const ROOM_BYTES = 64 * 1_048_576;
/** What changes leave free: some hundred look-ups can be logged in it. */
const LEAST_BYTES = 1_048_576;
/** Failed writes and growing files: full where the file system says so by another word than ENOSPC. */
const MAYBE_FULL = ['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_TRUNCATE'];

function hasCode(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('SQLITE_')
  );
}

/** Free bytes for this user where the file lies; undefined where the system does not say. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** DISK_FULL with what is missing to `wanted` bytes, at least 1 MB. */
export function diskFull(path: string, wanted: number, detail: string): AppError {
  const missing = wanted - (freeBytes(path) ?? 0);
  return new AppError('DISK_FULL', { neededMb: Math.max(1, Math.ceil(missing / 1e6)) }, detail);
}

/** Whether the disk of the database is far from full. */
export function hasRoom(path: string): boolean {
  return (freeBytes(path) ?? ROOM_BYTES) >= ROOM_BYTES;
}

/** Throws DISK_FULL where less than the last room is free on the disk of the database. */
export function demandLast(path: string): void {
  if ((freeBytes(path) ?? LEAST_BYTES) < LEAST_BYTES)
    throw diskFull(path, ROOM_BYTES, 'the last room is for the log');
}

/**
 * SQLite's codes as documented errors; anything else passes unchanged. `path` is the database: its name
 * is for people, its disk tells a full one from a failing one.
 */
export function storeError(error: unknown, path = ''): unknown {
  if (!hasCode(error)) return error;
  const { code } = error;
  const file = basename(path);
  const detail = `${code} ${error.message}`;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new AppError('STORE_CORRUPT', { file }, detail);
  if (code === 'SQLITE_FULL') return diskFull(path, ROOM_BYTES, detail);
  if (code.startsWith('SQLITE_READONLY')) return new AppError('DISK_READ_ONLY', {}, detail);
  if (code.startsWith('SQLITE_BUSY')) return new AppError('STORE_IN_USE', {}, detail);
  if (MAYBE_FULL.includes(code) && (freeBytes(path) ?? ROOM_BYTES) < LEAST_BYTES)
    return diskFull(path, ROOM_BYTES, detail);
  if (code.startsWith('SQLITE_CANTOPEN') && !isWritable(path))
    return new AppError('DISK_READ_ONLY', {}, detail);
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN'))
    return new AppError('STORE_IO', { file }, detail);
  return error;
}
