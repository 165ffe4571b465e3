import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';

/**
 * A name that none of the endings has yet in the folder: what is there is somebody's signed document, and numbers are counted by
 * each desk for itself. Throws FILE_UNREADABLE when a hundred are taken.
 */
export function freeStem(folder: string, name: string, endings: readonly string[]): string {
  for (let n = 1; n <= 100; n++) {
    const stem = n === 1 ? name : `${name}-${n}`;
    if (!endings.some((ending) => existsSync(join(folder, `${stem}.${ending}`)))) return stem;
  }
  throw new AppError('FILE_UNREADABLE', { name });
}
