import { LibraryProblem } from '../../../library-problem';
import { SAR } from '../constants';
import { AnswerProblem, SkfError } from '../errors';
import { type NativeArgument, type SkfLibrary, skfLibraryBy } from '../library';
import type { HelperFunction } from './frames';
import { HelperEnded, type HelperLimits, startHelper } from './helper-process';

/** A 32-bit library in a process of its own. */
export interface HelpedLibrary {
  readonly library: SkfLibrary;
  readonly isAlive: () => boolean;
  readonly end: () => void;
}

/** Words of the system for a program that is there and cannot be started: the 32-bit loader is missing. */
const NOT_STARTED = /ENOENT|EACCES|ENOEXEC|UNKNOWN/u;

/** Starts the helper on a library. Throws `LibraryProblem`. */
export async function loadHelped(
  libraryPath: string,
  program: string | undefined,
  limits?: HelperLimits,
): Promise<HelpedLibrary> {
  const refused = (detail: string) => new LibraryProblem('unusable', libraryPath, detail);
  if (program === undefined)
    throw refused('helper: the library is for ia32, and the helper for such libraries is missing');
  const helper = await startHelper(program, libraryPath, limits).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : 'unknown';
    if (error instanceof HelperEnded) throw refused(`${detail} while it loaded the library`);
    if (NOT_STARTED.test(detail) && detail.startsWith('spawn'))
      throw refused(`helper: the system cannot start 32-bit programs (${detail})`);
    throw refused(detail);
  });
  const run = async (name: HelperFunction, values: readonly NativeArgument[]): Promise<void> => {
    const code = await helper.call(name, values);
    if (code !== SAR.ok) throw new SkfError(code ?? SAR.notSupported, name);
  };
  return {
    library: skfLibraryBy({
      call: (name, ...values) => run(name, values),
      startDecrypting: async (key, width) => {
        if (width !== 4) throw new AnswerProblem('a 32-bit library whose ULONG has 8 bytes');
        await run('SKF_DecryptInit', [key]);
      },
      pointerBytes: 4,
    }),
    isAlive: () => helper.isAlive,
    end: () => helper.end(),
  };
}
