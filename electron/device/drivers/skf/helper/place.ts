import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';

const NAME = process.platform === 'win32' ? 'skf-helper-ia32.exe' : 'skf-helper-ia32';

/**
 * Where the helper for 32-bit libraries lies: beside this program's own bundle, out of the archive, from which nothing can
 * be started. Undefined where it was not built.
 */
export function helperProgram(): string | undefined {
  const inArchive = `app.asar${sep}`;
  const path = join(__dirname, NAME).replace(inArchive, `app.asar.unpacked${sep}`);
  return existsSync(path) ? path : undefined;
}
