import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import type { Line } from './line';
import { lineError, refusalError } from './line-errors';

export interface ObjectRef {
  readonly sha256: string;
  readonly bytes: number;
}

/** Where objects of the server are addressed, by their content. */
export type ObjectPath = (sha256: string) => string;

/**
 * Fetches content-addressed objects into `folder`. What had arrived of an object when the line broke
 * is kept as `<sha256>.part` and continued by Range; an object whose hash is wrong is thrown away.
 * The folder holds encrypted bytes only.
 */
export class Downloader {
  constructor(
    private readonly line: Line,
    private readonly folder: string,
    private readonly objectPath: ObjectPath,
    /** Called with every piece's length, for progress. */
    private readonly onBytes: (bytes: number) => void,
  ) {}

  /** The verified bytes of an object, from the folder where it is whole already. */
  async fetch(ref: ObjectRef, signal: AbortSignal): Promise<Buffer> {
    if (ref.bytes > MAX_OBJECT_BYTES) {
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'too large');
    }
    try {
      await mkdir(this.folder, { recursive: true });
      const done = await this.read(ref);
      if (done !== null) return done;
      await this.receive(ref, signal);
      return await this.verify(ref);
    } catch (cause) {
      const error = lineError(cause);
      if (error instanceof AppError && error.code === 'DISK_FULL') {
        throw new AppError('DISK_FULL', { neededMb: Math.ceil(ref.bytes / 1e6) }, error.detail);
      }
      throw error;
    }
  }

  /** Forgets an object that was applied. */
  async drop(ref: ObjectRef): Promise<void> {
    await rm(this.whole(ref), { force: true });
  }

  private whole(ref: ObjectRef): string {
    return join(this.folder, ref.sha256);
  }

  private part(ref: ObjectRef): string {
    return `${this.whole(ref)}.part`;
  }

  private async read(ref: ObjectRef): Promise<Buffer | null> {
    const bytes = await readFile(this.whole(ref)).catch(() => null);
    if (bytes === null) return null;
    if (isObject(ref, bytes)) return bytes;
    await this.drop(ref);
    return null;
  }

  private async receive(ref: ObjectRef, signal: AbortSignal): Promise<void> {
    const kept = (await stat(this.part(ref)).catch(() => null))?.size ?? 0;
    if (kept === ref.bytes) return;
    const from = kept < ref.bytes ? kept : 0;
    const response = await this.line.open({
      path: this.objectPath(ref.sha256),
      ...(from > 0 ? { headers: { Range: `bytes=${from}-` } } : {}),
      signal,
    });
    const status = response.statusCode ?? 0;
    if (status === 416) {
      // The server has no more bytes than we have, and those are not the whole: start over.
      response.destroy();
      await rm(this.part(ref), { force: true });
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'shorter than listed');
    }
    if (status !== 200 && status !== 206) {
      const body: Buffer[] = [];
      for await (const piece of response as AsyncIterable<Buffer>) {
        if (body.length < 16) body.push(piece);
      }
      throw refusalError(status, response.headers['content-type'] ?? '', Buffer.concat(body));
    }
    if (!(response.headers['content-type'] ?? '').startsWith('application/octet-stream')) {
      response.destroy();
      throw new AppError('SYNC_PROTOCOL', {}, `content type of ${short(ref)}`);
    }
    // A server without Range answers 200 with the whole object: start over.
    const isContinued = status === 206 && from > 0;
    let at = isContinued ? from : 0;
    const file = await open(this.part(ref), isContinued ? 'r+' : 'w');
    try {
      for await (const piece of response as AsyncIterable<Buffer>) {
        if (at + piece.length > ref.bytes) {
          response.destroy();
          await rm(this.part(ref), { force: true });
          throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'longer than listed');
        }
        await file.write(piece, 0, piece.length, at);
        at += piece.length;
        this.onBytes(piece.length);
      }
    } finally {
      await file.close();
    }
    if (at < ref.bytes) throw new AppError('SYNC_INTERRUPTED', {}, `${short(ref)} at ${at}`);
  }

  private async verify(ref: ObjectRef): Promise<Buffer> {
    const bytes = await readFile(this.part(ref));
    if (!isObject(ref, bytes)) {
      await rm(this.part(ref), { force: true });
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'hash');
    }
    await rename(this.part(ref), this.whole(ref));
    return bytes;
  }
}

function isObject(ref: ObjectRef, bytes: Uint8Array): boolean {
  if (bytes.length !== ref.bytes) return false;
  return createHash('sha256').update(bytes).digest('hex') === ref.sha256;
}

/** Enough of the hash to find the object in the server's log. */
function short(ref: ObjectRef): string {
  return ref.sha256.slice(0, 12);
}
