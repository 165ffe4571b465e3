import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { diskError } from '../../platform/atomic-write';
import { diskFull, freeBytes } from '../sqlcipher-error';

/** The file as it was before its upgrade began. */
const BEFORE = '.before-upgrade';
/** The same while it is being put back: from here on the upgraded file counts as gone. */
const RESTORING = '.restoring';
/** What an upgrade may write beside the copy: the log, and pages that the file gains. */
const MARGIN_BYTES = 16 * 1_048_576;

function sync(path: string): void {
  // Windows cannot open folders; NTFS journals a rename itself.
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function move(from: string, to: string): void {
  renameSync(from, to);
  sync(dirname(to));
}

/** Where the copy lies, when there is one. */
export const safetyCopyOf = (path: string): string => path + BEFORE;

/**
 * Copies a database whose log is folded in, before it is changed. The copy appears whole or not at all.
 * Fails with DISK_FULL before anything is written when the disk cannot hold the copy and the upgrade.
 */
export function takeSafetyCopy(path: string): void {
  const { size } = statSync(path);
  const wanted = 2 * size + MARGIN_BYTES;
  const part = `${path}${BEFORE}.part`;
  rmSync(part, { force: true });
  if ((freeBytes(path) ?? wanted) < wanted) throw diskFull(path, wanted, 'no room for an upgrade');
  try {
    copyFileSync(path, part, constants.COPYFILE_FICLONE);
    sync(part);
    move(part, path + BEFORE);
  } catch (error) {
    rmSync(part, { force: true });
    throw diskError(error, wanted);
  }
}

/** Forgets the copy, and what an interrupted copying left. */
export function dropSafetyCopy(path: string): void {
  for (const end of [`${BEFORE}.part`, BEFORE, `${BEFORE}-wal`, `${BEFORE}-shm`])
    rmSync(path + end, { force: true });
}

/** Puts the copy in the place of the closed database; whatever the upgrade wrote is gone. */
export function restoreSafetyCopy(path: string): void {
  if (existsSync(path + BEFORE)) move(path + BEFORE, path + RESTORING);
  // Of whoever read the copy.
  for (const end of ['-wal', '-shm']) rmSync(path + BEFORE + end, { force: true });
  finishRestoring(path);
}

/** Ends a restore that was interrupted. To be called before the database is opened. */
export function finishRestoring(path: string): void {
  if (!existsSync(path + RESTORING)) return;
  // The log belongs to the upgraded file: read with the old one it would damage it.
  for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
  move(path + RESTORING, path);
}
