import type { FunctionName } from './constants';
import { AnswerProblem } from './errors';

/**
 * Bytes of the vendor's ULONG: 4 by the standard, 8 in some Linux builds. Calls work with either (numbers travel in
 * registers, out-parameters are little-endian, zeroed, and below 2^32); only structures differ, see `blobs.ts`.
 */
export type UlongBytes = 4 | 8;

/** An argument of an SKF call: a number, a handle, memory, or NULL. */
export type NativeArgument = number | bigint | Uint8Array | null;

/** Wide enough for either width of a ULONG. */
const CELL_BYTES = 8;
/** What the functions that enumerate may answer; real ones stay below a few hundred bytes. */
const MAX_BYTES = 64 * 1024;

/** A loaded SKF library. */
export interface SkfLibrary {
  /** Calls a function off the main thread. Throws `SkfError` on any answer but SAR_OK. */
  call(name: FunctionName, ...values: NativeArgument[]): Promise<void>;
  /** Calls a function whose last argument receives a handle. */
  open(name: FunctionName, ...values: NativeArgument[]): Promise<bigint>;
  /** Calls a function whose last two arguments are memory and its length, first for the length, then for the bytes. */
  read(name: FunctionName, ...values: NativeArgument[]): Promise<Buffer>;
  /** SKF_DecryptInit for ECB: its parameters are passed by value, in the vendor's width. */
  startDecrypting(key: bigint, width: UlongBytes): Promise<void>;
  /** One ULONG in memory of its own, for out-parameters. */
  cell(value?: number): Buffer;
  ulong(cell: Buffer): number;
}

/** How one library is reached: in this process, or in one of its own. */
export interface SkfWay {
  readonly call: (name: FunctionName, ...values: NativeArgument[]) => Promise<void>;
  readonly startDecrypting: SkfLibrary['startDecrypting'];
  /** Bytes of a handle. */
  readonly pointerBytes: number;
}

/** What the driver needs of a library, over either way. */
export function skfLibraryBy({ call, startDecrypting, pointerBytes }: SkfWay): SkfLibrary {
  const cell = (value = 0): Buffer => {
    const memory = Buffer.alloc(CELL_BYTES);
    memory.writeUInt32LE(value);
    return memory;
  };
  const ulong = (memory: Buffer): number => memory.readUInt32LE();

  const lengthIn = (name: FunctionName, memory: Buffer, most: number): number => {
    const length = ulong(memory);
    if (length <= most) return length;
    throw new AnswerProblem(`${name} tells ${length} bytes, at most ${most} are possible`);
  };

  return {
    call,
    startDecrypting,
    cell,
    ulong,
    open: async (name, ...values) => {
      const handle = Buffer.alloc(CELL_BYTES);
      await call(name, ...values, handle);
      return pointerBytes === 8 ? handle.readBigUInt64LE() : BigInt(handle.readUInt32LE());
    },
    read: async (name, ...values) => {
      const length = cell();
      await call(name, ...values, null, length);
      const room = lengthIn(name, length, MAX_BYTES);
      // Some libraries tell the length without the last NUL, or write a little more than they told.
      const memory = Buffer.alloc(room + 512);
      const told = cell(room);
      await call(name, ...values, memory, told);
      return memory.subarray(0, lengthIn(name, told, room));
    },
  };
}
