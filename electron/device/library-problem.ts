import { closeSync, openSync, readSync } from 'node:fs';
import { machineOf } from './library-machine';

/** A vendor's library could not be used at all. */
export class LibraryProblem extends Error {
  readonly kind: 'missing' | 'unusable';
  readonly library: string;

  constructor(kind: 'missing' | 'unusable', library: string, detail: string) {
    super(detail);
    this.name = 'LibraryProblem';
    this.kind = kind;
    this.library = library;
  }

  /** Names why the dynamic loader refused: absent, or present but of another architecture or kind. */
  static of(library: string, error: unknown): LibraryProblem {
    if (error instanceof LibraryProblem) return error;
    const machine = machineAt(library);
    if (machine !== undefined && machine !== process.arch)
      return LibraryProblem.ofMachine(library, machine);
    const detail = error instanceof Error ? error.message : String(error);
    const isMissing = /no such file|cannot find|could not be found|not found/iu.test(detail);
    return new LibraryProblem(isMissing ? 'missing' : 'unusable', library, detail);
  }

  /** Built for another processor than this program. */
  static ofMachine(library: string, machine: string): LibraryProblem {
    const detail = `architecture: the library is for ${machine}, this program is ${process.arch}`;
    return new LibraryProblem('unusable', library, detail);
  }
}

const HEAD_BYTES = 4_096;

/**
 * The processor that a library file is built for; undefined where it cannot be read by this path or is no library. Loaders
 * word a wrong one in a dozen ways, Windows only as "not a valid application": the file tells.
 */
export function machineAt(library: string): string | undefined {
  try {
    const file = openSync(library, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return machineOf(head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
