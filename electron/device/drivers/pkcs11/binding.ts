import koffi, { type LibraryHandle } from 'koffi';
import { loading } from '../../library-loads';
import { LibraryProblem } from '../../library-problem';
import { CKF, CKR, FUNCTION_INDEX, type FunctionName } from './constants';
import { Pkcs11Error } from './errors';

/** An argument of a PKCS#11 call: a CK_ULONG, memory, or NULL. */
export type NativeArgument = number | bigint | Uint8Array | null;

type AsyncCall = (...values: readonly unknown[]) => void;

const IS_WINDOWS = process.platform === 'win32';
const CONVENTION = IS_WINDOWS ? '__stdcall' : '__cdecl';

/** Bytes of a CK_ULONG: the C `unsigned long` of the platform. */
export const ULONG_BYTES = koffi.sizeof('ulong');
/** Windows modules are compiled with `#pragma pack(1)`; elsewhere natural alignment holds (PKCS#11 §2.1). */
export const POINTER_BYTES = koffi.sizeof('void *');
const FIRST_FUNCTION_OFFSET = IS_WINDOWS ? 2 : POINTER_BYTES;

// Koffi closes a library when its handle is collected, with calls into it still running.
const loadedLibraries = new Map<string, LibraryHandle>();

const U = 'ulong';
const P = 'void *';

/** Argument types of each function: U a CK_ULONG, P a pointer. */
const SIGNATURES: Readonly<Record<FunctionName, readonly string[]>> = {
  C_Initialize: [P],
  C_Finalize: [P],
  C_GetSlotList: ['uint8', P, P],
  C_GetSlotInfo: [U, P],
  C_GetTokenInfo: [U, P],
  C_OpenSession: [U, U, P, P, P],
  C_CloseSession: [U],
  C_Login: [U, U, P, U],
  C_Logout: [U],
  C_DestroyObject: [U, U],
  C_GetAttributeValue: [U, U, P, U],
  C_FindObjectsInit: [U, P, U],
  C_FindObjects: [U, P, U, P],
  C_FindObjectsFinal: [U],
  C_DecryptInit: [U, P, U],
  C_Decrypt: [U, P, U, P, P],
  C_SignInit: [U, P, U],
  C_Sign: [U, P, U, P, P],
  C_DeriveKey: [U, P, U, P, U, P],
};

/** A loaded and initialised PKCS#11 module. */
export interface Pkcs11Module {
  /** Calls a function off the main thread. Throws `Pkcs11Error` on any answer but CKR_OK. */
  call(name: FunctionName, ...values: NativeArgument[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Loads a PKCS#11 library and runs C_Initialize with OS locking.
 * Throws `LibraryProblem` when the file is absent, of another architecture, or not such a library.
 */
export async function loadPkcs11(libraryPath: string): Promise<Pkcs11Module> {
  const functions = loading(libraryPath, () => resolveFunctions(libraryPath));
  const call = (name: FunctionName, ...values: NativeArgument[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const native = functions.get(name);
      if (native === undefined) {
        reject(new LibraryProblem('unusable', libraryPath, `${name} absent`));
        return;
      }
      native(...values, (error: Error | null, code: number | bigint) => {
        if (error !== null) reject(error);
        else if (Number(code) !== CKR.ok) reject(new Pkcs11Error(Number(code), name));
        else resolve();
      });
    });
  try {
    await call('C_Initialize', initializeArguments());
  } catch (error) {
    const isShared = error instanceof Pkcs11Error && error.code === CKR.cryptokiAlreadyInitialized;
    if (!isShared) throw error;
  }
  return {
    call,
    close: () => call('C_Finalize', null).catch(() => undefined),
  };
}

function resolveFunctions(libraryPath: string): Map<FunctionName, AsyncCall> {
  try {
    const library = loadedLibraries.get(libraryPath) ?? koffi.load(libraryPath);
    loadedLibraries.set(libraryPath, library);
    const getList = library.func(CONVENTION, 'C_GetFunctionList', U, [koffi.out(koffi.pointer(P))]);
    const list: [unknown] = [null];
    const code = Number(getList(list));
    if (code !== CKR.ok) throw new Error(`C_GetFunctionList answered ${code}`);
    const functions = new Map<FunctionName, AsyncCall>();
    for (const [name, index] of Object.entries(FUNCTION_INDEX) as [FunctionName, number][]) {
      const pointer: unknown = koffi.decode(
        list[0],
        FIRST_FUNCTION_OFFSET + index * POINTER_BYTES,
        P,
      );
      if (pointer === null) continue;
      const native = koffi.decode(pointer, koffi.proto(CONVENTION, null, U, [...SIGNATURES[name]]));
      functions.set(name, native.async as AsyncCall);
    }
    return functions;
  } catch (error) {
    throw LibraryProblem.of(libraryPath, error);
  }
}

function initializeArguments(): Buffer {
  // CK_C_INITIALIZE_ARGS: four NULL mutex callbacks, flags, reserved NULL.
  const structure = Buffer.alloc(POINTER_BYTES * 4 + ULONG_BYTES + POINTER_BYTES);
  writeUlong(structure, POINTER_BYTES * 4, CKF.osLockingOk);
  return structure;
}

/** Writes a CK_ULONG in the platform's width (all supported platforms are little-endian). */
export function writeUlong(target: Buffer, offset: number, value: number | bigint): void {
  if (ULONG_BYTES === 8) target.writeBigUInt64LE(BigInt(value), offset);
  else target.writeUInt32LE(Number(value), offset);
}

/** Reads a CK_ULONG; handles and lengths stay below 2^53. */
export function readUlong(source: Buffer, offset = 0): number {
  return ULONG_BYTES === 8 ? Number(source.readBigUInt64LE(offset)) : source.readUInt32LE(offset);
}

/** One CK_ULONG in memory of its own, for out-parameters. */
export function ulongCell(value = 0): Buffer {
  const cell = Buffer.alloc(ULONG_BYTES);
  writeUlong(cell, 0, value);
  return cell;
}

/** Writes the address of `memory` (NULL for null) where a struct wants a pointer. */
export function writePointer(target: Buffer, offset: number, memory: Uint8Array | null): void {
  const address = memory === null ? 0n : koffi.address(memory);
  if (POINTER_BYTES === 8) target.writeBigUInt64LE(address, offset);
  else target.writeUInt32LE(Number(address), offset);
}
