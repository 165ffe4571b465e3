import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Absent on Windows, where no file of a folder makes an open wait. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens a file of a medium that somebody brought, for reading; null for what is no regular file: a folder, a pipe, a
 * device. To open a pipe otherwise waits for its other end, for ever, and keeps one of the few threads that all files are
 * read with. Throws what the open throws.
 */
export async function openRegular(path: string): Promise<FileHandle | null> {
  const file = await open(path, constants.O_RDONLY | WITHOUT_WAITING);
  try {
    if ((await file.stat()).isFile()) return file;
  } catch (cause) {
    await file.close().catch(() => undefined);
    throw cause;
  }
  await file.close();
  return null;
}
