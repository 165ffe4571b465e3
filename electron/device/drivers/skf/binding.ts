import koffi, { type LibraryHandle } from 'koffi';
import { loading } from '../../library-loads';
import { LibraryProblem } from '../../library-problem';
import { type FunctionName, SAR, SIGNATURES } from './constants';
import { AnswerProblem, SkfError } from './errors';
import type { SkfProfile } from './profile';

/**
 * Bytes of the vendor's ULONG: 4 by the standard, 8 in some Linux builds. Calls work with either (numbers travel in
 * registers, out-parameters are little-endian, zeroed, and below 2^32); only structures differ, see `blobs.ts`.
 */
export type UlongBytes = 4 | 8;

/** An argument of an SKF call: a number, a handle, memory, or NULL. */
type NativeArgument = number | bigint | Uint8Array | null;
type TypeSpec = string | ReturnType<typeof koffi.struct>;
type AsyncCall = (...values: readonly unknown[]) => void;

/** The standard's convention on 32-bit Windows; elsewhere the platform has one only. */
const CONVENTION = process.platform === 'win32' ? '__stdcall' : '__cdecl';
const POINTER_BYTES = koffi.sizeof('void *');
/** Wide enough for either width of a ULONG. */
const CELL_BYTES = 8;
/** What the functions that enumerate may answer; real ones stay below a few hundred bytes. */
const MAX_BYTES = 64 * 1024;

/** BLOCKCIPHERPARAM without an IV, padding or feedback: all that ECB takes. */
const NO_CIPHER_PARAMETERS = {
  iv: new Array<number>(32).fill(0),
  ivLength: 0,
  padding: 0,
  feedBits: 0,
};

// Koffi closes a library when its handle is collected, with calls into it still running.
const loadedLibraries = new Map<string, LibraryHandle>();

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

/**
 * Loads a vendor's SKF library. Throws `LibraryProblem` when the file is absent, of another architecture, or not
 * such a library. Functions that a vendor left out are refused when they are called.
 */
export function loadSkf(profile: SkfProfile): SkfLibrary {
  const { libraryPath } = profile;
  const functions = loading(libraryPath, () => resolveFunctions(libraryPath));
  const call = (name: FunctionName, ...values: NativeArgument[]) =>
    run(name, functions.get(name), values);

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
    startDecrypting: (key, width) =>
      run('SKF_DecryptInit', functions.get(`SKF_DecryptInit ${width}`), [
        key,
        NO_CIPHER_PARAMETERS,
      ]),
    cell,
    ulong,
    open: async (name, ...values) => {
      const handle = Buffer.alloc(CELL_BYTES);
      await call(name, ...values, handle);
      return POINTER_BYTES === 8 ? handle.readBigUInt64LE() : BigInt(handle.readUInt32LE());
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

function run(
  name: string,
  native: AsyncCall | undefined,
  values: readonly unknown[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (native === undefined) {
      reject(new SkfError(SAR.notSupported, name));
      return;
    }
    native(...values, (error: Error | null, code: number) => {
      if (error !== null) reject(error);
      else if (code !== SAR.ok) reject(new SkfError(code, name));
      else resolve();
    });
  });
}

function resolveFunctions(libraryPath: string): Map<string, AsyncCall> {
  try {
    const library = loadedLibraries.get(libraryPath) ?? koffi.load(libraryPath);
    loadedLibraries.set(libraryPath, library);
    const word = POINTER_BYTES === 8 ? 'uint64' : 'uint32';
    const types = { U: word, B: 'int32', P: 'void *', H: word };
    const functions = new Map<string, AsyncCall>();
    const find = (name: string, as: string, argumentTypes: readonly TypeSpec[]) => {
      try {
        const native = library.func(CONVENTION, name, 'uint32', [...argumentTypes]);
        functions.set(as, native.async as AsyncCall);
      } catch {
        // A library without the functions to look at a token is none; the others may be missing.
        if (name === 'SKF_EnumDev' || name === 'SKF_ConnectDev')
          throw new LibraryProblem('unusable', libraryPath, `not an SKF library: ${name} absent`);
      }
    };
    for (const [name, signature] of Object.entries(SIGNATURES)) {
      find(
        name,
        name,
        signature.map((letter) => types[letter]),
      );
    }
    for (const width of [4, 8] as const) {
      find('SKF_DecryptInit', `SKF_DecryptInit ${width}`, [word, cipherParameters(width)]);
    }
    return functions;
  } catch (error) {
    throw LibraryProblem.of(libraryPath, error);
  }
}

function cipherParameters(width: UlongBytes): TypeSpec {
  const ulong = width === 8 ? 'uint64' : 'uint32';
  return koffi.struct({
    iv: koffi.array('uint8', 32),
    ivLength: ulong,
    padding: ulong,
    feedBits: ulong,
  });
}
