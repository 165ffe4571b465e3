import { statSync } from 'node:fs';
import { type LogEnd, logEnd, ONE_FRAME_BYTES, writeLogMark } from './pages/log-mark';
import { hasRoom } from './sqlcipher-error';

/** A log of this size is folded in where the disk has little room. */
const GROWN_BYTES = 8 * 1_048_576;

/** The disk did not confirm what it was given: what follows from it is not known. */
const NOT_ON_DISK = ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC'];

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * What one writer knows of its write-ahead log: how far the disk has it, and whether the disk refused a part of it. A system
 * forgets that it failed: it drops what it could not write, and says yes to the next wait. So after one refusal
 * nothing in this log counts as on the disk any more, until all of it went into the file.
 */
export class LogKeeper {
  private isRefused = false;
  /** Frames of a commit that failed may lie in the log: nobody can count any more. */
  private isUncounted: boolean;
  private known: LogEnd | null = null;
  private readonly waits = new Set<Promise<unknown>>();

  constructor(
    private readonly path: string,
    /** From this size on the log is to be folded in. */
    private readonly mostBytes: number,
  ) {
    this.isUncounted = sizeOf(`${path}-wal`) > 0;
  }

  /** Whether a part of the log may not be on the disk though a later wait was answered with yes. */
  get isDoubtful(): boolean {
    return this.isRefused;
  }

  get isLong(): boolean {
    const bytes = sizeOf(`${this.path}-wal`);
    return bytes > this.mostBytes || (bytes > GROWN_BYTES && !hasRoom(this.path));
  }

  /** There is none, or nothing in it but its beginning. */
  get hasNothing(): boolean {
    return !this.isUncounted && sizeOf(`${this.path}-wal`) <= ONE_FRAME_BYTES;
  }

  /** Something that writes failed. */
  failed(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_FULL') this.isUncounted = true;
    if (NOT_ON_DISK.includes(code)) this.refuse();
  }

  refuse(): void {
    this.isRefused = true;
    this.isUncounted = true;
  }

  /** The log is empty: all of it is in the file, and the disk has that. */
  folded(): void {
    this.isRefused = false;
    this.isUncounted = false;
  }

  /** The end of what is committed now; null where it cannot be told. */
  end(): LogEnd | null {
    if (this.isUncounted) return null;
    this.known = logEnd(this.path, this.known);
    return this.known;
  }

  /** The disk has the log as far as this. What was folded in meanwhile needs no note. */
  onDisk(end: LogEnd | null): void {
    if (end === null || this.isUncounted) return;
    const now = this.end();
    if (now?.salts.equals(end.salts) === true) writeLogMark(this.path, end);
  }

  /**
   * Waits for the disk, which is asked by `ask`, and for all who began to wait before: their refusal may have been told
   * to them alone.
   */
  async wait(ask: () => Promise<unknown>): Promise<void> {
    const earlier = [...this.waits];
    const own = ask().catch((error: unknown) => {
      this.refuse();
      throw error;
    });
    this.waits.add(own);
    try {
      await own;
      await Promise.allSettled(earlier);
    } finally {
      this.waits.delete(own);
    }
  }
}
