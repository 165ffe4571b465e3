import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import {
  BUNDLE_END,
  BUNDLE_MAGIC,
  BUNDLE_VERSION,
  MAX_INDEX_BYTES,
  PLAIN_BUNDLE_VERSION,
  VOLUME_HEAD_BYTES,
  VOLUME_TAIL_BYTES,
} from '../../../../shared/protocol/bundle';
import { openRegular } from '../../../platform/open-regular';

/** Largest piece read at once while hashing. */
const PIECE_BYTES = 1024 * 1024;

/** A file as far as its two ends tell. */
export type VolumeFile =
  | { readonly state: 'foreign' }
  | { readonly state: 'newer' }
  | { readonly state: 'cut'; readonly id: string; readonly number: number }
  | {
      readonly state: 'whole';
      readonly path: string;
      readonly id: string;
      readonly number: number;
      /** Of the format. */
      readonly version: number;
      /** JSON of the index as it lies there; unchecked. */
      readonly index: string;
      /** Of head and entries. */
      readonly bytes: number;
    };
export type WholeVolume = Extract<VolumeFile, { state: 'whole' }>;

/** A failure of the medium in words: whatever a pulled stick answers. Others unchanged. */
export function stickError(cause: unknown, path: string): unknown {
  if (cause instanceof AppError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const name = basename(path).slice(0, 80);
  return new AppError('BUNDLE_GONE', { name }, String(cause.code));
}

/** Reads the ends of a file; what is no regular file is foreign. Throws BUNDLE_GONE. */
export async function readVolumeFile(path: string): Promise<VolumeFile> {
  let file: FileHandle | null;
  try {
    file = await openRegular(path);
  } catch (cause) {
    throw stickError(cause, path);
  }
  if (file === null) return { state: 'foreign' };
  try {
    return await readEnds(file, path);
  } catch (cause) {
    throw stickError(cause, path);
  } finally {
    await file.close().catch(() => undefined);
  }
}

async function readEnds(file: FileHandle, path: string): Promise<VolumeFile> {
  const { size } = await file.stat();
  const head = await readAt(file, 0, Math.min(size, VOLUME_HEAD_BYTES));
  if (head.length < 9 || head.toString('latin1', 0, 8) !== BUNDLE_MAGIC)
    return { state: 'foreign' };
  const version = head.readUInt8(8);
  if (version > BUNDLE_VERSION) return { state: 'newer' };
  if (version < PLAIN_BUNDLE_VERSION) return { state: 'foreign' };
  if (head.length < VOLUME_HEAD_BYTES) return { state: 'cut', id: '', number: 0 };
  const id = head.toString('hex', 9, 25);
  const number = head.readUInt16BE(25);
  const cut = { state: 'cut', id, number } as const;
  if (size < VOLUME_HEAD_BYTES + VOLUME_TAIL_BYTES) return cut;
  const tail = await readAt(file, size - VOLUME_TAIL_BYTES, VOLUME_TAIL_BYTES);
  if (tail.toString('latin1', 4) !== BUNDLE_END) return cut;
  const indexBytes = tail.readUInt32BE(0);
  const bytes = size - VOLUME_TAIL_BYTES - indexBytes;
  if (indexBytes > MAX_INDEX_BYTES || bytes < VOLUME_HEAD_BYTES) return cut;
  const index = (await readAt(file, bytes, indexBytes)).toString('utf8');
  return { state: 'whole', path, id, number, version, index, bytes };
}

/** Exactly so many bytes from a place; fewer only at the file's end. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/** Hash of head and entries, chained to the volume before. Throws BUNDLE_GONE, or the signal's AbortError. */
export async function hashVolume(
  { path, bytes }: WholeVolume,
  before: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256').update(Buffer.from(before, 'hex'));
  const stream = createReadStream(path, { end: bytes - 1, highWaterMark: PIECE_BYTES });
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      hash.update(piece);
      onBytes(piece.length);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw stickError(cause, path);
  } finally {
    stream.destroy();
  }
  return hash.digest('hex');
}
