import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { ReleaseFile } from '../../../../shared/protocol/release-metadata';
import { diskError } from '../../../platform/atomic-write';
import type { Timing } from '../sync/timing';
import type { OpenedFile, ReleaseSource } from './release-source';

const MOST_FRUITLESS = 6;
const MOST_SPOILT = 3;
const LONGEST_PAUSE_MS = 30_000;

export interface FetchParts {
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** How far the file is. */
  readonly onBytes: (done: number) => void;
}

/**
 * Brings a file of a release into `folder`, however often the line breaks: what has arrived is kept as
 * `<sha256>.part` and continued at its very byte, over restarts of the program too. Returns its path when its length
 * and the hash of the whole are those that were signed. Throws UPDATE_UNREACHABLE, UPDATE_TOO_SLOW after tries that
 * brought nothing, UPDATE_REDIRECTED, UPDATE_FILE_DAMAGED, DISK_FULL; an AbortError when cancelled.
 */
export async function fetchFile(
  source: ReleaseSource,
  file: ReleaseFile,
  folder: string,
  { timing, signal, onBytes }: FetchParts,
): Promise<string> {
  const whole = join(folder, file.name);
  const part = join(folder, `${file.sha256}.part`);
  await mkdir(folder, { recursive: true });
  if (await isFile(whole, file)) return whole;
  let isFresh = false;
  let [furthest, fruitless, spoilt] = [await sizeOf(part), 0, 0];
  for (;;) {
    signal.throwIfAborted();
    if ((await sizeOf(part)) === file.bytes) {
      if (await isFile(part, file)) {
        await rename(part, whole);
        await rm(`${part}.tag`, { force: true });
        return whole;
      }
      await discard(part);
      // Bytes of two days may have met in what was continued; what came in one piece is wrong for good.
      if (isFresh || ++spoilt >= MOST_SPOILT) throw new AppError('UPDATE_FILE_DAMAGED', {}, 'hash');
      furthest = 0;
    }
    try {
      isFresh = await receive(source, file, part, signal, onBytes);
    } catch (cause) {
      signal.throwIfAborted();
      const error = told(cause, file);
      if (!isWorthAnother(error)) throw error;
      const size = await sizeOf(part);
      fruitless = size > furthest ? 0 : fruitless + 1;
      furthest = Math.max(furthest, size);
      if (fruitless >= MOST_FRUITLESS) throw error;
      await timing.sleep(Math.min(LONGEST_PAUSE_MS, 100 * 4 ** fruitless), signal);
    }
  }
}

/** One request. Returns whether the bytes begin with it. */
async function receive(
  source: ReleaseSource,
  file: ReleaseFile,
  part: string,
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<boolean> {
  const kept = await sizeOf(part);
  const tag = kept === 0 ? null : await readFile(`${part}.tag`, 'utf8').catch(() => null);
  const opened: OpenedFile = await source.file(file.name, kept, tag, signal);
  try {
    if (opened.from === 0 && opened.tag !== null) await writeFile(`${part}.tag`, opened.tag);
    else if (opened.from === 0) await rm(`${part}.tag`, { force: true });
    const target = await open(part, opened.from === 0 ? 'w' : 'r+');
    try {
      let at = opened.from;
      for await (const piece of opened.body) {
        if (at + piece.length > file.bytes) {
          await discard(part);
          throw new AppError('UPDATE_FILE_DAMAGED', {}, 'longer than signed');
        }
        await target.write(piece, 0, piece.length, at);
        at += piece.length;
        onBytes(at);
      }
      await target.sync();
      // The stream ended in peace and the bytes are not all there: only its own word said that it was whole.
      if (at < file.bytes) throw new AppError('UPDATE_UNREACHABLE', {}, `ended at ${at}`);
    } finally {
      await target.close();
    }
  } finally {
    opened.destroy();
  }
  return opened.from === 0;
}

/** True when the file is the signed one: its length and the hash of the whole. */
export async function isFile(
  path: string,
  { bytes, sha256 }: Pick<ReleaseFile, 'bytes' | 'sha256'>,
): Promise<boolean> {
  if ((await sizeOf(path)) !== bytes) return false;
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex') === sha256;
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.tag`, { force: true });
}

const sizeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => null))?.size ?? 0;

function told(cause: unknown, file: ReleaseFile): unknown {
  const error = diskError(cause, file.bytes);
  if (error instanceof AppError) return error;
  return new AppError('UPDATE_UNREACHABLE', {}, cause instanceof Error ? cause.message : '');
}

function isWorthAnother(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'UPDATE_UNREACHABLE' || error.code === 'UPDATE_TOO_SLOW')
  );
}
