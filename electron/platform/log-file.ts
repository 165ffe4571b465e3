import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LogSink } from './logger';

/**
 * A log file with a cap: `<name>.jsonl` is moved to `<name>.1.jsonl` when full, so at most twice `maxBytes` stay.
 * Lines are written at once, so a crash loses none. A disk that refuses writes silences the file, not the program.
 */
export class FileSink implements LogSink {
  readonly #path: string;
  readonly #previous: string;
  readonly #maxBytes: number;
  #file: number | undefined;
  #bytes = 0;

  constructor(folder: string, name: string, maxBytes = 5 * 1024 * 1024) {
    this.#path = join(folder, `${name}.jsonl`);
    this.#previous = join(folder, `${name}.1.jsonl`);
    this.#maxBytes = maxBytes;
    this.#attempt(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    this.#open();
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#rotate();
    this.#attempt(() => {
      if (this.#file !== undefined) this.#bytes += writeSync(this.#file, bytes);
    });
  }

  /** Empties both files, for a wipe, and goes on with a new one. */
  erase(): void {
    this.close();
    for (const path of [this.#path, this.#previous])
      this.#attempt(() => rmSync(path, { force: true }));
    this.#open();
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) this.#attempt(() => closeSync(file));
  }

  #rotate(): void {
    this.close();
    this.#attempt(() => renameSync(this.#path, this.#previous));
    this.#open();
  }

  #open(): void {
    this.#attempt(() => {
      this.#file = openSync(this.#path, 'a', 0o600);
      this.#bytes = fstatSync(this.#file).size;
    });
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch {
      // A log that cannot be written has nowhere to say so; the ring sink still has the line.
    }
  }
}
