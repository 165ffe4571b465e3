import { LibraryProblem, machineAt } from '../../library-problem';
import { loadSkf } from './binding';
import { type HelpedLibrary, loadHelped } from './helper/helped-library';
import type { HelperLimits } from './helper/helper-process';
import { helperProgram } from './helper/place';
import type { SkfLibrary } from './library';

/** Where the helper for 32-bit libraries is, and how long it may take; the product's own unless a test says otherwise. */
export interface HelperOptions {
  readonly program?: string | undefined;
  readonly limits?: HelperLimits;
}

/** A vendor's library, by whichever way fits its processor; loaded at the first need, and again after its helper ended. */
export interface OpenableLibrary {
  /** Throws `LibraryProblem`. */
  load(): Promise<SkfLibrary>;
  /** Whether it is loaded now, in a helper. */
  readonly isHelped: boolean;
  close(): void;
}

/** A library that ended its helper is left alone for so long: the list is asked every two seconds. */
const PAUSE_MS = 15_000;

/** Reads for which processor the library is before anything of it is loaded. */
export function openableLibrary(
  libraryPath: string,
  { program = helperProgram(), limits }: HelperOptions = {},
): OpenableLibrary {
  let own: SkfLibrary | undefined;
  let helped: HelpedLibrary | undefined;
  let refused: { readonly problem: unknown; readonly untilMs: number } | undefined;

  async function inHelper(): Promise<SkfLibrary> {
    if (helped?.isAlive() === true) return helped.library;
    helped = undefined;
    if (refused !== undefined && refused.untilMs > performance.now()) throw refused.problem;
    try {
      helped = await loadHelped(libraryPath, program, limits);
    } catch (problem) {
      refused = { problem, untilMs: performance.now() + PAUSE_MS };
      throw problem;
    }
    return helped.library;
  }

  return {
    // One that cannot be loaded is tried again each time: it may be installed later, without a restart.
    load: async () => {
      if (own !== undefined) return own;
      const machine = machineAt(libraryPath);
      if (machine === 'ia32' && process.arch === 'x64') return inHelper();
      if (machine !== undefined && machine !== process.arch)
        throw LibraryProblem.ofMachine(libraryPath, machine);
      own = loadSkf(libraryPath);
      return own;
    },
    get isHelped() {
      return helped?.isAlive() === true;
    },
    close: () => {
      helped?.end();
      helped = undefined;
    },
  };
}
