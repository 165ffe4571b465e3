import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { TableProblem, type TableProblemKind } from './table-problem';

/** Opening what is no file, a pipe or a device, waits for somebody or does something; Windows has no such flag. */
const NO_WAIT = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const PIECE_BYTES = 1 << 20;
/** A stick that was asleep answers within a few seconds; a drive whose network is gone never does. */
export const SILENCE_MS = 10_000;

/** What the system says of a file that is there and is not given out. */
const REFUSALS: Readonly<Record<string, TableProblemKind>> = {
  EBUSY: 'locked',
  EAGAIN: 'locked',
  ETXTBSY: 'locked',
  EACCES: 'denied',
  EPERM: 'denied',
};

/**
 * A whole file as it was at one time, or nothing of it. Never waits: not for a pipe or a device, nor longer than
 * `silenceMs` for a drive that gives no answer (the thread that asked it is lost then: the process has to end). Throws `TableProblem`.
 */
export async function loadFile(
  path: string,
  mostBytes: number,
  silenceMs: number = SILENCE_MS,
): Promise<Buffer> {
  const answered = <T>(work: Promise<T>) => within(work, silenceMs);
  demandFile(await answered(stat(path)));
  const opening = open(path, NO_WAIT);
  const handle = await answered(opening).catch((error: unknown) => {
    // What opens late is shut at once.
    opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  });
  try {
    // Again: what the path named may have been put in place of the file meanwhile.
    const before = await answered(handle.stat());
    demandFile(before);
    if (before.size > mostBytes) throw new TableProblem('too-large', `${before.size} bytes`);
    const whole = await readAll(handle, before.size, answered);
    const after = await answered(handle.stat());
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs)
      throw new TableProblem('changed', 'written to while it was read');
    return whole;
  } finally {
    // Not awaited: a drive that is silent keeps this too.
    void handle.close().catch(() => undefined);
  }
}

async function readAll(
  handle: FileHandle,
  size: number,
  answered: <T>(work: Promise<T>) => Promise<T>,
): Promise<Buffer> {
  const whole = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await answered(
      handle.read(whole, at, Math.min(PIECE_BYTES, size - at), null),
    );
    if (bytesRead === 0) throw new TableProblem('changed', 'cut while it was read');
    at += bytesRead;
  }
  return whole;
}

function demandFile(info: Stats): void {
  if (!info.isFile()) throw new TableProblem('not-a-table', 'a folder, a pipe or a device');
}

/** The answer of the file system, its refusal by our words, or that there was none. */
async function within<T>(work: Promise<T>, silenceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TableProblem('silent', 'the drive does not answer')),
      silenceMs,
    );
  });
  try {
    return await Promise.race([work, silence]);
  } catch (error) {
    if (error instanceof TableProblem) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new TableProblem(
      Object.hasOwn(REFUSALS, code) ? (REFUSALS[code] ?? 'unreadable') : 'unreadable',
      code,
    );
  } finally {
    clearTimeout(timer);
  }
}
