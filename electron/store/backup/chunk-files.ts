import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { Chunk } from './manifest';
import { placeError } from './place';

/** FAT32 takes no file of 4 GB; one of this size is also read again quickly after a fault. */
export const CHUNK_BYTES = 256 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;

/** Writes a stream of bytes as numbered files on the place, each on the disk before it counts. */
export class ChunkWriter {
  private readonly chunks: Chunk[] = [];
  private current: { fd: number; name: string; bytes: number; hash: Hash } | undefined;

  constructor(
    private readonly folder: string,
    private readonly stem: string,
    private readonly limitBytes: number,
  ) {}

  /** Throws DISK_FULL, DISK_READ_ONLY or BACKUP_PLACE_MISSING. */
  write(bytes: Uint8Array): void {
    try {
      for (let from = 0; from < bytes.length; ) {
        if (this.current?.bytes === this.limitBytes) this.finish();
        this.current ??= this.begin();
        const room = this.limitBytes - this.current.bytes;
        const piece = bytes.subarray(from, Math.min(bytes.length, from + room));
        for (let done = 0; done < piece.length; )
          done += writeSync(this.current.fd, piece, done, piece.length - done);
        this.current.hash.update(piece);
        this.current.bytes += piece.length;
        from += piece.length;
      }
    } catch (cause) {
      throw placeError(cause, bytes.length);
    }
  }

  private begin(): NonNullable<typeof this.current> {
    const name = `${this.stem}-${String(this.chunks.length + 1).padStart(4, '0')}.bin`;
    const fd = openSync(join(this.folder, name), 'wx', 0o600);
    return { fd, name, bytes: 0, hash: createHash('sha256') };
  }

  private finish(): void {
    const { current } = this;
    this.current = undefined;
    if (current === undefined) return;
    try {
      fsyncSync(current.fd);
    } finally {
      closeSync(current.fd);
    }
    const { name, bytes, hash } = current;
    this.chunks.push({ name, bytes, sha256: hash.digest('hex') });
  }

  end(): Chunk[] {
    try {
      this.finish();
    } catch (cause) {
      throw placeError(cause);
    }
    return this.chunks;
  }

  /** Closes what is open after a failure; the folder goes as a whole. */
  abandon(): void {
    const { current } = this;
    this.current = undefined;
    if (current === undefined) return;
    try {
      closeSync(current.fd);
    } catch {
      // The medium is gone: nothing is left to close.
    }
  }
}

function altered(chunk: Chunk, detail: string): AppError {
  return new AppError('BACKUP_ALTERED', { file: chunk.name }, detail);
}

function openChunk(folder: string, chunk: Chunk): number {
  try {
    return openSync(join(folder, chunk.name), 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('BACKUP_INCOMPLETE', { file: chunk.name });
    throw placeError(cause);
  }
}

/** Pieces stay whole pages even where a medium gives less at a time. */
function fillFrom(fd: number, buffer: Buffer): number {
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(fd, buffer, filled, buffer.length - filled, null);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

/**
 * Reads a chunk piece by piece (up to 1 MiB each, reused: copy what must stay). What it gave is vouched for only
 * once it has ended: a byte that differs throws BACKUP_ALTERED at the end.
 */
export function* readChunk(folder: string, chunk: Chunk): Generator<Buffer> {
  const fd = openChunk(folder, chunk);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(READ_BYTES);
    let total = 0;
    for (;;) {
      const read = fillFrom(fd, buffer);
      if (read === 0) break;
      total += read;
      if (total > chunk.bytes) throw altered(chunk, 'longer');
      const piece = buffer.subarray(0, read);
      hash.update(piece);
      yield piece;
    }
    if (total !== chunk.bytes) throw altered(chunk, 'shorter');
    if (hash.digest('hex') !== chunk.sha256) throw altered(chunk, 'sha256');
  } catch (cause) {
    throw placeError(cause);
  } finally {
    closeSync(fd);
  }
}

/** A small chunk whole, verified before it is given. */
export function readWholeChunk(folder: string, chunk: Chunk): Buffer {
  const fd = openChunk(folder, chunk);
  try {
    const bytes = readFileSync(fd);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length !== chunk.bytes || sha256 !== chunk.sha256) throw altered(chunk, 'sha256');
    return bytes;
  } catch (cause) {
    throw placeError(cause);
  } finally {
    closeSync(fd);
  }
}
