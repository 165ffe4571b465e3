import koffi, { type LibraryHandle } from 'koffi';
import { loading } from '../../library-loads';
import { LibraryProblem } from '../../library-problem';
import { SAR, SIGNATURES } from './constants';
import { SkfError } from './errors';
import { type SkfLibrary, skfLibraryBy, type UlongBytes } from './library';

type TypeSpec = string | ReturnType<typeof koffi.struct>;
type AsyncCall = (...values: readonly unknown[]) => void;

/** The standard's convention on 32-bit Windows; elsewhere the platform has one only. */
const CONVENTION = process.platform === 'win32' ? '__stdcall' : '__cdecl';
const POINTER_BYTES = koffi.sizeof('void *');
/** BLOCKCIPHERPARAM without an IV, padding or feedback: all that ECB takes. */
const NO_CIPHER_PARAMETERS = {
  iv: new Array<number>(32).fill(0),
  ivLength: 0,
  padding: 0,
  feedBits: 0,
};

// Koffi closes a library when its handle is collected, with calls into it still running.
const loadedLibraries = new Map<string, LibraryHandle>();

/**
 * Loads a vendor's SKF library into this process. Throws `LibraryProblem` when the file is absent, of another architecture, or
 * not such a library. Functions that a vendor left out are refused when they are called.
 */
export function loadSkf(libraryPath: string): SkfLibrary {
  const functions = loading(libraryPath, () => resolveFunctions(libraryPath));
  return skfLibraryBy({
    call: (name, ...values) => run(name, functions.get(name), values),
    startDecrypting: (key, width) =>
      run('SKF_DecryptInit', functions.get(`SKF_DecryptInit ${width}`), [
        key,
        NO_CIPHER_PARAMETERS,
      ]),
    pointerBytes: POINTER_BYTES,
  });
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
