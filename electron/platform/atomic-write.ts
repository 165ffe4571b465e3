import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors/app-error';

/**
 * Replaces a file so that a reader, a crash or a power cut meets the old bytes or the new, never a mixture:
 * temporary file beside it, fsync, rename, fsync of the folder. Resolves when the new bytes are on the disk.
 * The file is readable by its owner only. Errors: DISK_FULL, DISK_READ_ONLY; anything else as it came.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(cause, bytes.length);
  }
  await syncFolder(dirname(path));
}

/**
 * Removes what killed writes left in a folder: files of the form that writeAtomically gives, never another. To be
 * called when nobody writes there (at start). A folder that is not there has none.
 */
export async function sweepTemporary(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /\.[0-9a-f]{12}\.tmp$/.test(one)))
    await rm(join(folder, name), { force: true }).catch(() => undefined);
}

/** Waits until a folder's entries are on the disk. Windows cannot open folders; NTFS journals the rename itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The documented error for a disk that refuses a write; other failures unchanged. */
export function diskError(cause: unknown, neededBytes: number): unknown {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('DISK_FULL', { neededMb: Math.ceil(neededBytes / 1_048_576) }, code);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new AppError('DISK_READ_ONLY', {}, code);
  return cause;
}
