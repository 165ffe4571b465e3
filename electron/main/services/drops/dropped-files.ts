import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { diskError } from '../../../platform/atomic-write';
import type { SessionListener } from '../unlock/unlock';

interface Arriving {
  readonly name: string;
  readonly path: string;
  readonly handle: FileHandle;
  bytes: number;
}

/**
 * A file that was dropped on the page, which has no paths: it comes in pieces, so that neither the page's thread nor a
 * message ever holds all of it. One at a time, in a private folder, gone as soon as it was read or the office is locked.
 */
export class DroppedFiles implements SessionListener {
  private arriving: Arriving | null = null;
  /** What is begun or given up, one after the other: two first pieces at once would leave the first file behind. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly temporaryDir: string,
    private readonly mostBytes: number,
  ) {}

  opened(): void {
    // Nothing of another session is left: closing took it away.
  }

  closing(): Promise<void> {
    return this.drop();
  }

  /** Takes the next piece. Throws INPUT_INVALID out of order, TABLE_TOO_LARGE, DISK_FULL. */
  async piece(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    if (offset === 0) await this.begin(name);
    const file = this.need(name);
    if (offset !== file.bytes) throw new AppError('INPUT_INVALID', { field: 'offset' });
    if (offset + bytes.length > this.mostBytes) {
      await this.drop();
      throw new AppError('TABLE_TOO_LARGE', { name: '' });
    }
    // Counted before it is written: what comes meanwhile is out of order.
    file.bytes += bytes.length;
    try {
      await file.handle.write(bytes, 0, bytes.length, offset);
    } catch (cause) {
      await this.drop();
      throw diskError(cause, bytes.length);
    }
  }

  /** Hands the whole file to its reader and removes it afterwards. Throws TABLE_CLOSED where it is not here. */
  async read<T>(name: string, reader: (path: string) => Promise<T>): Promise<T> {
    const file = this.need(name);
    this.arriving = null;
    try {
      await file.handle.close();
      return await reader(file.path);
    } finally {
      await rm(file.path, { force: true });
    }
  }

  private begin(name: string): Promise<void> {
    return this.inTurn(() => this.start(name));
  }

  private drop(): Promise<void> {
    return this.inTurn(() => this.giveUp());
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.turn.then(act);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async start(name: string): Promise<void> {
    await this.giveUp();
    await mkdir(this.temporaryDir, { recursive: true, mode: 0o700 });
    const path = join(this.temporaryDir, `drop-${name}`);
    this.arriving = { name, path, handle: await open(path, 'wx', 0o600), bytes: 0 };
  }

  private need(name: string): Arriving {
    const { arriving } = this;
    if (arriving?.name !== name) throw new AppError('TABLE_CLOSED');
    return arriving;
  }

  private async giveUp(): Promise<void> {
    const { arriving } = this;
    this.arriving = null;
    if (arriving === null) return;
    await arriving.handle.close().catch(() => undefined);
    await rm(arriving.path, { force: true });
  }
}
