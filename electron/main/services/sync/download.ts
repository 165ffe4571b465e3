import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import type { Line, LineAnswer } from './line';
import { lineError, refusalError } from './line-errors';
import type { Priority } from './priority-gate';
import type { Timing } from './timing';

export interface ObjectRef {
  readonly sha256: string;
  readonly bytes: number;
}

/** Where objects of the server are addressed, by their content. */
export type ObjectPath = (sha256: string) => string;

/** How objects are named in the folder, and what makes one whole. */
export interface ObjectFiles {
  nameOf(ref: ObjectRef): string;
  isWhole(ref: ObjectRef, bytes: Buffer): boolean;
}
/** Named by their content and whole where it is that content. */
const BY_CONTENT: ObjectFiles = { nameOf: ({ sha256 }) => sha256, isWhole: isObject };

/** One request asks for what the line carries in so long, so that a broken proxy or a cut costs little. */
const REQUEST_SECONDS = 60;
const LEAST_REQUEST_BYTES = 256 * 1024;
/** Where longer ones bring nothing at all: some middle boxes drop a connection, and what it held, after so much. */
const SMALLEST_REQUEST_BYTES = 8 * 1024;
const MOST_HALVINGS = 16;
const MAX_REFUSAL_BYTES = 64 * 1024;
const OWN_NAME = /^[0-9a-f]{64}(\.part)?$/;

/**
 * Fetches content-addressed objects into `folder`. What had arrived of an object when the line broke
 * is kept as `<sha256>.part` and continued by Range; an object whose hash is wrong is thrown away.
 * The folder holds encrypted bytes only.
 */
export class Downloader {
  /** How far each object ever came, and the sum of it. */
  private readonly furthest = new Map<string, number>();
  private total = 0;
  /** Where each object was asked for last, and how often in a row. */
  private readonly asked = new Map<string, { readonly from: number; readonly times: number }>();

  constructor(
    private readonly line: Line,
    private readonly folder: string,
    private readonly objectPath: ObjectPath,
    /** Called with every piece's length, for progress. */
    private readonly onBytes: (bytes: number) => void,
    private readonly priority: Priority = 'segment',
    private readonly files = BY_CONTENT,
  ) {}

  get timing(): Timing {
    return this.line.timing;
  }

  /**
   * Bytes received so far, for telling a slow line from a broken one. What comes again counts once: an object
   * that is damaged each time is no progress.
   */
  get received(): number {
    return this.total;
  }

  /** The verified bytes of an object, from the folder where it is whole already; `priority` in place of the usual one. */
  async fetch(ref: ObjectRef, signal: AbortSignal, priority = this.priority): Promise<Buffer> {
    if (ref.bytes > MAX_OBJECT_BYTES) {
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'too large');
    }
    try {
      await mkdir(this.folder, { recursive: true });
      const done = await this.read(ref);
      if (done !== null) return done;
      await this.receive(ref, signal, priority);
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

  /** Removes whatever no list names any more, whole or begun. Nothing else in the folder is touched. */
  async sweep(named: Iterable<Pick<ObjectRef, 'sha256'>>): Promise<void> {
    const stays = new Set([...named].map(({ sha256 }) => sha256));
    for (const name of await readdir(this.folder).catch(() => []))
      if (OWN_NAME.test(name) && !stays.has(name.slice(0, 64)))
        await rm(join(this.folder, name), { force: true });
  }

  private whole(ref: ObjectRef): string {
    return join(this.folder, this.files.nameOf(ref));
  }

  private part(ref: ObjectRef): string {
    return `${this.whole(ref)}.part`;
  }

  private async read(ref: ObjectRef): Promise<Buffer | null> {
    const bytes = await readFile(this.whole(ref)).catch(() => null);
    if (bytes === null) return null;
    if (this.files.isWhole(ref, bytes)) return bytes;
    await this.drop(ref);
    return null;
  }

  private async receive(ref: ObjectRef, signal: AbortSignal, priority: Priority): Promise<void> {
    for (;;) {
      const kept = (await stat(this.part(ref)).catch(() => null))?.size ?? 0;
      if (kept === ref.bytes) return;
      await this.receiveFrom(ref, kept < ref.bytes ? kept : 0, signal, priority);
    }
  }

  /** How often an object was asked for from here already: what came of it was nothing. */
  private fruitless(ref: ObjectRef, from: number): number {
    const before = this.asked.get(ref.sha256);
    const times = before?.from === from ? Math.min(MOST_HALVINGS, before.times + 1) : 0;
    this.asked.set(ref.sha256, { from, times });
    return times;
  }

  /** One request; an object larger than the line carries in a minute takes several. */
  private async receiveFrom(
    ref: ObjectRef,
    from: number,
    signal: AbortSignal,
    priority: Priority,
  ): Promise<void> {
    const likely = this.line.pace.sized(REQUEST_SECONDS, LEAST_REQUEST_BYTES, ref.bytes);
    const size = Math.max(SMALLEST_REQUEST_BYTES, likely >> this.fruitless(ref, from));
    const until = Math.min(ref.bytes, from + size);
    const isPart = from > 0 || until < ref.bytes;
    const answer = await this.line.open({
      path: this.objectPath(ref.sha256),
      ...(isPart ? { headers: { Range: `bytes=${from}-${until - 1}` } } : {}),
      signal,
      priority,
    });
    let file: FileHandle | undefined;
    let at = 0;
    let end = ref.bytes;
    // Whatever fails between headers and body, the answer is let go of: it holds a place on the line that the bulk waits for.
    try {
      await this.demandObject(ref, answer);
      // A server without Range answers 200 with the whole object: start over.
      const isContinued = answer.status === 206 && from > 0;
      if (answer.status === 206) end = until;
      if (isContinued) at = from;
      const announced = Number(answer.headers['content-length'] ?? end - at);
      if (at + announced > ref.bytes) await this.refuseLonger(ref);
      // The folder may have been emptied or the disk have filled meanwhile.
      file = await open(this.part(ref), isContinued ? 'r+' : 'w');
      for await (const piece of answer.body) {
        if (at + piece.length > ref.bytes) await this.refuseLonger(ref);
        await writeWhole(file, piece, at);
        at += piece.length;
        this.advance(ref, at);
        this.onBytes(piece.length);
      }
    } finally {
      answer.destroy();
      await file?.close();
    }
    if (at < end) throw new AppError('SYNC_INTERRUPTED', {}, `${short(ref)} at ${at}`);
  }

  private advance({ sha256 }: ObjectRef, at: number): void {
    const before = this.furthest.get(sha256) ?? 0;
    if (at <= before) return;
    this.furthest.set(sha256, at);
    this.total += at - before;
  }

  private async demandObject(ref: ObjectRef, answer: LineAnswer): Promise<void> {
    const { status, contentType } = answer;
    if (status === 416) {
      // The server has no more bytes than we have, and those are not the whole: start over.
      await this.discard(ref);
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'shorter than listed');
    }
    if (status !== 200 && status !== 206) throw await refusalOf(answer);
    if (!contentType.startsWith('application/octet-stream'))
      throw new AppError('SYNC_PROTOCOL', {}, `content type of ${short(ref)}`);
  }

  private async refuseLonger(ref: ObjectRef): Promise<never> {
    await this.discard(ref);
    throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'longer than listed');
  }

  private async discard(ref: ObjectRef): Promise<void> {
    await rm(this.part(ref), { force: true });
  }

  private async verify(ref: ObjectRef): Promise<Buffer> {
    const bytes = await readFile(this.part(ref));
    if (!this.files.isWhole(ref, bytes)) {
      await this.discard(ref);
      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'hash');
    }
    await rename(this.part(ref), this.whole(ref));
    return bytes;
  }
}

/** A disk that is nearly full takes a part of a piece without a word. */
async function writeWhole(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done, at + done);
    done += bytesWritten;
  }
}

async function refusalOf(answer: LineAnswer): Promise<AppError> {
  const body: Buffer[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    length += piece.length;
    if (length > MAX_REFUSAL_BYTES) break;
    body.push(piece);
  }
  return refusalError(answer.status, answer.contentType, Buffer.concat(body));
}

function isObject(ref: ObjectRef, bytes: Uint8Array): boolean {
  if (bytes.length !== ref.bytes) return false;
  return createHash('sha256').update(bytes).digest('hex') === ref.sha256;
}

/** Enough of the hash to find the object in the server's log. */
function short(ref: ObjectRef): string {
  return ref.sha256.slice(0, 12);
}
