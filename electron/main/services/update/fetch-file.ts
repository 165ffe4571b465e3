import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { ReleaseFile } from '../../../../shared/protocol/release-metadata';
import { diskError } from '../../../platform/atomic-write';
import type { Timing } from '../sync/timing';
import type { OpenedFile, ReleaseSource } from './release-source';
import type { Reuse } from './reuse';

const MOST_FRUITLESS = 6;
const MOST_SPOILT = 3;
const LONGEST_PAUSE_MS = 30_000;

/** What is fetched: a package or a map of its blocks. */
export type WantedFile = Pick<ReleaseFile, 'name' | 'bytes' | 'sha256'>;

export interface FetchParts {
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** How far the file is. */
  readonly onBytes: (done: number) => void;
  /** What of it is here already; absent: it is fetched whole. */
  readonly reuse?: Reuse | null;
  /** Told why it is fetched whole after all. */
  readonly onWhole?: (why: string) => void;
  /** So many tries may bring nothing. */
  readonly mostFruitless?: number;
}

/**
 * Brings a file of a release into `folder`, however often the line breaks: what has arrived is kept as
 * `<sha256>.part` and continued at its very byte, over restarts of the program too. What is here already is put in
 * between, so that only what differs is asked for. Returns its path when its length and the hash of the whole are those
 * that were signed. Throws UPDATE_UNREACHABLE, UPDATE_TOO_SLOW after tries that brought nothing, UPDATE_REDIRECTED,
 * UPDATE_FILE_DAMAGED, DISK_FULL; an AbortError when cancelled.
 */
export async function fetchFile(
  source: ReleaseSource,
  file: WantedFile,
  folder: string,
  parts: FetchParts,
): Promise<string> {
  const { timing, signal, mostFruitless = MOST_FRUITLESS } = parts;
  const whole = join(folder, file.name);
  const part = join(folder, `${file.sha256}.part`);
  await mkdir(folder, { recursive: true });
  if (await isFile(whole, file)) return whole;
  const fetching: Fetching = { source, file, part, parts, reuse: parts.reuse ?? null };
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
      if (fetching.reuse !== null)
        giveUpReuse(fetching, 'what was put together is not what was signed');
      // Bytes of two days may have met in what was continued; what came in one piece is wrong for good.
      else if (isFresh || ++spoilt >= MOST_SPOILT)
        throw new AppError('UPDATE_FILE_DAMAGED', {}, 'hash');
      furthest = 0;
    }
    try {
      isFresh = await receive(fetching);
    } catch (cause) {
      signal.throwIfAborted();
      const error = told(cause, file);
      if (!isWorthAnother(error)) throw error;
      const size = await sizeOf(part);
      fruitless = size > furthest ? 0 : fruitless + 1;
      furthest = Math.max(furthest, size);
      if (fruitless >= mostFruitless) throw error;
      await timing.sleep(Math.min(LONGEST_PAUSE_MS, 100 * 4 ** fruitless), signal);
    }
  }
}

interface Fetching {
  readonly source: ReleaseSource;
  readonly file: WantedFile;
  readonly part: string;
  readonly parts: FetchParts;
  /** Null from the moment on that it is fetched whole. */
  reuse: Reuse | null;
}

/** What is here already, and one request. Returns whether the bytes begin with it. */
async function receive(fetching: Fetching): Promise<boolean> {
  const { source, file, part, reuse } = fetching;
  const { signal, onBytes } = fetching.parts;
  const size = await sizeOf(part);
  const kept = (await reuse?.fill(part, size, signal, onBytes)) ?? size;
  if (kept === file.bytes) return false;
  const end = reuse?.endOfGap(kept) ?? file.bytes;
  const isTagged = reuse === null && kept > 0;
  const tag = isTagged ? await readFile(`${part}.tag`, 'utf8').catch(() => null) : null;
  const wanted = { from: kept, end: end === file.bytes ? null : end, tag };
  const opened: OpenedFile = await source.file(file.name, wanted, signal);
  try {
    const isWhole = opened.from < kept && reuse !== null;
    if (isWhole) giveUpReuse(fetching, 'the place gives whole files only');
    if (opened.from === 0 && opened.tag !== null) await writeFile(`${part}.tag`, opened.tag);
    else if (opened.from === 0) await rm(`${part}.tag`, { force: true });
    await write(opened, fetching, isWhole ? file.bytes : end);
    return opened.from === 0;
  } finally {
    opened.destroy();
  }
}

/** Writes what was opened up to `end`. */
async function write({ from, body }: OpenedFile, fetching: Fetching, end: number): Promise<void> {
  const { file, part, parts } = fetching;
  const target = await open(part, from === 0 ? 'w' : 'r+');
  try {
    let at = from;
    for await (const piece of body) {
      if (at + piece.length > file.bytes && fetching.reuse === null) {
        await discard(part);
        throw new AppError('UPDATE_FILE_DAMAGED', {}, 'longer than signed');
      }
      const wanted = piece.subarray(0, end - at);
      await target.write(wanted, 0, wanted.length, at);
      at += wanted.length;
      parts.onBytes(at);
      // More than was asked for: what lies behind is here already.
      if (wanted.length < piece.length) break;
    }
    await target.sync();
    // The stream ended in peace and the bytes are not all there: only its own word said that it was whole.
    if (at < end) throw new AppError('UPDATE_UNREACHABLE', {}, `ended at ${at}`);
  } finally {
    await target.close();
  }
}

function giveUpReuse(fetching: Fetching, why: string): void {
  fetching.reuse = null;
  fetching.parts.onWhole?.(why);
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

function told(cause: unknown, file: WantedFile): unknown {
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
