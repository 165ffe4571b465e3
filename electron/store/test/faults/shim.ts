import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Disk operations that the shim sees; a set is their sum. */
export const OPS = { write: 1, sync: 2, truncate: 4, rename: 8, unlink: 16, read: 64 } as const;
/** Everything that changes a disk. */
export const CHANGES = OPS.write + OPS.sync + OPS.truncate + OPS.rename + OPS.unlink;
export const ERRNO = { EIO: 5, ENOSPC: 28, EROFS: 30 } as const;
export const ACTIONS = {
  killBefore: 1,
  killAfter: 2,
  killHalf: 3,
  fail: 4,
  failHalf: 5,
  delay: 6,
} as const;

const FIELDS = ['armed', 'mask', 'nth', 'times', 'action', 'error', 'seen', 'fired'] as const;
const PATTERN_AT = 4 * FIELDS.length;
const PATTERN_BYTES = 256;

export interface Fault {
  readonly ops: number;
  /** Part of the file's path; empty: every file. */
  readonly pattern: string;
  /** Which matching operation from now on is hit, from 1; 0: none, they are only counted. */
  readonly nth: number;
  /** How many are hit in a row; 0: all from there on. */
  readonly times: number;
  readonly action: number;
  /** Number of the failure; of a delay its milliseconds. */
  readonly error?: number;
}

/**
 * A library that stands between a program and its disk (LD_PRELOAD). It is brought in by a script in the
 * place of the Node binary: the product's launchers know nothing of it and pass no environment on.
 */
export class Shim {
  private readonly folder = mkdtempSync(join(tmpdir(), 'shim-'));
  private readonly plan = join(this.folder, 'plan');
  private readonly file: number;
  /** Give this as the Node binary. */
  readonly nodePath = join(this.folder, 'node');

  constructor() {
    const library = join(this.folder, 'shim.so');
    const source = join(import.meta.dirname, 'shim.c');
    execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
    writeFileSync(this.plan, Buffer.alloc(4096));
    this.file = openSync(this.plan, 'r+');
    const run = `#!/bin/sh\nexec env LD_PRELOAD=${library} FAULT_PLAN=${this.plan} ${process.execPath} "$@"\n`;
    writeFileSync(this.nodePath, run);
    chmodSync(this.nodePath, 0o755);
  }

  arm(fault: Fault): void {
    const { ops, pattern, nth, times, action, error = 0 } = fault;
    const text = Buffer.alloc(PATTERN_BYTES);
    text.write(pattern);
    this.disarm();
    writeSync(this.file, text, 0, text.length, PATTERN_AT);
    const numbers = Int32Array.of(ops, nth, times, action, error, 0, 0);
    writeSync(this.file, Buffer.from(numbers.buffer), 0, 4 * numbers.length, 4);
    writeSync(this.file, Buffer.from([1, 0, 0, 0]), 0, 4, 0);
  }

  /** Sets the program's wall clock off by some days. */
  setClock(days: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(days);
    writeSync(this.file, bytes, 0, 4, PATTERN_AT + PATTERN_BYTES);
  }

  disarm(): void {
    writeSync(this.file, Buffer.alloc(4), 0, 4, 0);
  }

  private field(name: (typeof FIELDS)[number]): number {
    const bytes = Buffer.alloc(4);
    readSync(this.file, bytes, 0, 4, 4 * FIELDS.indexOf(name));
    return bytes.readInt32LE();
  }

  /** Matching operations since it was armed. */
  get seen(): number {
    return this.field('seen');
  }

  /** Operations that were hit. */
  get fired(): number {
    return this.field('fired');
  }

  remove(): void {
    closeSync(this.file);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
