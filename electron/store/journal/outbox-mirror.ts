import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { type OutboxCommand, OutboxCommandSchema } from '../../../shared/protocol/outbox';
import { diskError } from '../../platform/atomic-write';

/** No line is longer: a command's payload is bounded by its schema. */
const MAX_LINE_BYTES = 3_000_000;

/**
 * The sealed outbox outside the office: one command a line, canonical JSON as it is chained, appended
 * and on the disk before a command counts. Payloads are sealed to the server's key, so nobody here can
 * read them; the file survives the office's wipe. Lines are never removed but by who just wrote them.
 */
export class OutboxMirror {
  constructor(readonly path: string) {}

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** The last whole line as a command; undefined where there is none. */
  last(): OutboxCommand | undefined {
    if (!this.exists) return undefined;
    const file = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(file);
      const length = Math.min(size, 2 * MAX_LINE_BYTES);
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, size - length);
      return commandsOf(bytes.toString('utf8')).at(-1);
    } finally {
      closeSync(file);
    }
  }

  /** Every command, in the file's order. What is no command (a torn line, a receipt) is passed over. */
  all(): readonly OutboxCommand[] {
    return this.exists ? commandsOf(readFileSync(this.path, 'utf8')) : [];
  }

  /**
   * Appends commands; resolves when they are on the disk. Answers how to take them back, for the
   * transaction that does not commit. Throws DISK_FULL, DISK_READ_ONLY and leaves the file as it was.
   */
  append(commands: readonly OutboxCommand[]): () => void {
    const isNew = !this.exists;
    const file = openOr(this.path);
    const { size } = fstatSync(file);
    try {
      // A line that a crash tore stays where it is; the next begins anew.
      const start = size === 0 || endsWithNewline(this.path, size) ? '' : '\n';
      const text = start + commands.map((command) => `${canonicalJson(command)}\n`).join('');
      const bytes = Buffer.from(text, 'utf8');
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } catch (cause) {
      ftruncateSync(file, size);
      throw diskError(cause, 0);
    } finally {
      closeSync(file);
    }
    if (isNew) syncFolder(dirname(this.path));
    return () => this.truncate(size);
  }

  private truncate(size: number): void {
    const file = openSync(this.path, 'r+');
    try {
      ftruncateSync(file, size);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

function openOr(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (cause) {
    throw diskError(cause, 0);
  }
}

function endsWithNewline(path: string, size: number): boolean {
  const file = openSync(path, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, size - 1);
    return last[0] === 0x0a;
  } finally {
    closeSync(file);
  }
}

function commandsOf(text: string): OutboxCommand[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = OutboxCommandSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
