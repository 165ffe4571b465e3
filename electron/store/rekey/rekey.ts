import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { diskError } from '../../platform/atomic-write';
import type { WritableDb } from '../database';
import { checkFile, type FileKind } from '../migrations/run';
import { openWritable } from '../sqlcipher';
import { PageCopy } from './page-copy';

const MEBIBYTE = 1_048_576;
/** Longest that the exchange waits for a reader that is just ending. */
const CHECKPOINT_WAIT_MS = 2_000;
/** Room that must be left beside the copy. */
const SPARE_BYTES = 64 * MEBIBYTE;

const copyPath = (path: string): string => path.replace(/\.db$/, '.rekey.db');
const oldPath = (path: string): string => path.replace(/\.db$/, '.old.db');
const giveWay = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a file holds, in short: equal before and after a change of its key. */
export type Summary = (db: WritableDb) => string;

export interface RekeyFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly key: Uint8Array;
  readonly next: Uint8Array;
}

/**
 * Takes away what an interrupted change of key left beside a file, before it is opened. The copy was never
 * in use; the old file was replaced, unless it still is the file itself under a second name.
 */
export function clearLeftovers(path: string): void {
  removeWithLogs(copyPath(path));
  if (!existsSync(oldPath(path)) || !existsSync(path)) return;
  if (!isSecondName(path)) for (const _ of erasing(oldPath(path)));
  rmSync(oldPath(path), { force: true });
}

/**
 * One file's change of key: an encrypted copy under the next key is made and proven beside it, then takes its
 * place by one rename. Until then the file is the old one, afterwards the new one; there is no moment between.
 */
export class Rekey {
  private readonly file: RekeyFile;
  private readonly copy: PageCopy;
  private isStopped = false;

  private constructor(file: RekeyFile, copy: PageCopy) {
    this.file = file;
    this.copy = copy;
  }

  /** Fails with DISK_FULL, naming what is missing. */
  static begin(file: RekeyFile): Rekey {
    const { path } = file;
    clearLeftovers(path);
    const { bavail, bsize } = statfsSync(dirname(path));
    const needed = statSync(path).size + SPARE_BYTES;
    if (bavail * bsize < needed)
      throw new AppError('DISK_FULL', { neededMb: Math.ceil(needed / MEBIBYTE) });
    return new Rekey(file, new PageCopy(path, copyPath(path), file.key, file.next));
  }

  /**
   * Copies and proves in steps of some milliseconds, while the file is in use. Fails with CANCELLED after
   * `stop`, with STORE_CORRUPT where a page does not hold, and leaves nothing then.
   */
  async prepare(tell: (done: number, total: number) => void): Promise<void> {
    const total = 2 * this.copy.bytes;
    let done = 0;
    const run = async (steps: Iterable<number>, isCounted: boolean): Promise<void> => {
      for (const bytes of steps) {
        if (this.isStopped) throw new AppError('CANCELLED');
        if (isCounted) {
          done += bytes;
          tell(Math.min(done, total), total);
        }
        await giveWay();
      }
    };
    try {
      await run(this.copy.pass(), true);
      // What changed during the first pass, so that little is left for the moment of the swap.
      await run(this.copy.pass(), false);
      await run(this.copy.proof(), true);
    } catch (error) {
      this.copy.closeTarget();
      removeWithLogs(copyPath(this.file.path));
      throw diskError(error, total / 2);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** To be called when the engine has closed the file, for a change that was given up. */
  release(): void {
    this.copy.closeSource();
  }

  /**
   * Puts the copy in the file's place. Nobody else may have the file open. The connection is closed; on a
   * failure the old file is as it was, and the caller opens whichever is there.
   */
  swap(db: WritableDb, summary: Summary): void {
    const { path, kind, next } = this.file;
    try {
      if (!db.tryCheckpoint(CHECKPOINT_WAIT_MS)) throw new AppError('BUSY');
      for (const steps of [this.copy.pass(), this.copy.proof()]) for (const _ of steps);
      const before = summary(db);
      db.close();
      if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
        throw new AppError('STORE_IN_USE');
      this.copy.closeTarget();
      const made = openWritable({
        path: copyPath(path),
        key: next,
        mayCreate: false,
        isDurable: true,
      });
      try {
        checkFile(made, kind);
        if (summary(made) !== before) throw new AppError('INTERNAL', {}, 'the copy differs');
      } finally {
        made.close();
      }
    } catch (error) {
      db.close();
      this.copy.closeTarget();
      removeWithLogs(copyPath(path));
      throw diskError(error, this.copy.bytes);
    } finally {
      this.copy.closeSource();
    }
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
    keepOld(path);
    renameSync(copyPath(path), path);
    syncFolder(dirname(path));
  }

  /** Overwrites and removes the old file, in steps. */
  async eraseOld(): Promise<void> {
    const old = oldPath(this.file.path);
    if (!existsSync(old) || isSecondName(this.file.path)) return;
    for (const _ of erasing(old)) await giveWay();
    rmSync(old, { force: true });
  }
}

/** Whether the old file still is the file in use, by another name. */
function isSecondName(path: string): boolean {
  const old = statSync(oldPath(path), { bigint: true });
  return old.nlink > 1n || old.ino === statSync(path, { bigint: true }).ino;
}

/** A second name for the old file, so that it can be overwritten once the new one is in place. */
function keepOld(path: string): void {
  try {
    linkSync(path, oldPath(path));
  } catch {
    // A file system without links: the rename lets the old file go, sealed under a key that is destroyed.
  }
}

function* erasing(path: string): Generator<void> {
  const file = openSync(path, 'r+');
  try {
    const zeros = Buffer.alloc(MEBIBYTE);
    const { size } = statSync(path);
    for (let at = 0; at < size; at += MEBIBYTE) {
      writeSync(file, zeros, 0, Math.min(MEBIBYTE, size - at), at);
      yield;
    }
    fsyncSync(file);
    ftruncateSync(file, 0);
  } finally {
    closeSync(file);
  }
}

function removeWithLogs(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
}

/** Windows cannot open folders; NTFS journals the rename itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
