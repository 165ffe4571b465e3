import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { at } from '../paths.mjs';

/** The helper that loads vendors' SKF libraries for 32-bit programs; says in it what it does. */
export const HELPER_SOURCE = 'electron/device/skf-helper/skf-helper.c';

const COMMON = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-s', '-fstack-protector-strong'];

/**
 * How it is made, by the system that it runs on; no other system of ours starts 32-bit programs.
 * @type {Readonly<Partial<Record<string, { compiler: string, args: readonly string[], file: string }>>>}
 */
const MAKERS = {
  'linux-x64': {
    compiler: 'gcc',
    args: ['-m32', '-fPIE', '-pie', '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro,-z,now', '-ldl'],
    file: 'skf-helper-ia32',
  },
  'win32-x64': {
    compiler: 'i686-w64-mingw32-gcc',
    args: ['-static', '-Wl,--dynamicbase,--nxcompat'],
    file: 'skf-helper-ia32.exe',
  },
};

/**
 * Its file's name on a machine; undefined where there is none.
 * @param {string} machine such as `linux-x64`
 */
export const helperFile = (machine) => MAKERS[machine]?.file;

/**
 * Compiles it. Throws where the compiler is missing (build/runtime/system.mjs brings it).
 * @param {string} machine such as `linux-x64`
 * @param {string} output absolute
 */
export function compileHelper(machine, output) {
  const maker = MAKERS[machine];
  if (maker === undefined) throw new Error(`there is no helper on ${machine}`);
  mkdirSync(dirname(output), { recursive: true });
  // Libraries behind the source: the linker looks for what was asked for before.
  const args = [...COMMON, '-o', output, at(HELPER_SOURCE), ...maker.args];
  execFileSync(maker.compiler, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
