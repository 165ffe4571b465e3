import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Descriptors by device and inode that stay open; see SharedFile. */
const kept = new Map<string, number>();

/**
 * A file that the engine may have open in this process too. On POSIX systems closing any descriptor of
 * a file drops all locks that the process holds on it, the engine's with them
 * (https://www.sqlite.org/howtocorrupt.html, 2.2): there one descriptor a file is kept until the process
 * ends, which is at the latest at the lock, or the file has no name any more (`releaseRemoved`).
 */
export class SharedFile {
  private constructor(
    private readonly descriptor: number,
    private readonly isKept: boolean,
  ) {}

  /** Throws as `fs.openSync` does. */
  static open(path: string): SharedFile {
    if (process.platform === 'win32') return new SharedFile(openSync(path, 'r'), false);
    const { dev, ino } = statSync(path);
    const id = `${dev}:${ino}`;
    const known = kept.get(id);
    if (known !== undefined) return new SharedFile(known, true);
    const descriptor = openSync(path, 'r');
    kept.set(id, descriptor);
    return new SharedFile(descriptor, true);
  }

  /**
   * Gives the room of files back that were removed meanwhile. Nobody else can come to such a file, so its locks
   * guard nothing any more.
   */
  static releaseRemoved(): void {
    for (const [id, descriptor] of kept) {
      if (fstatSync(descriptor).nlink > 0) continue;
      kept.delete(id);
      closeSync(descriptor);
    }
  }

  get size(): number {
    return fstatSync(this.descriptor).size;
  }

  /** Fills `into` from `at`; answers how many bytes there were. */
  read(into: Buffer, at: number, length = into.length): number {
    return readSync(this.descriptor, into, 0, length, at);
  }

  close(): void {
    if (!this.isKept) closeSync(this.descriptor);
  }
}
