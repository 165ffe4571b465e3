import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';

/**
 * A name that none of the endings has yet in the folder: what is there is somebody's signed document, and numbers are counted by
 * each desk for itself. Rejects with FILE_UNREADABLE when a hundred are taken.
 */
export async function freeStem(
  folder: string,
  name: string,
  endings: readonly string[],
): Promise<string> {
  for (let n = 1; n <= 100; n++) {
    const stem = n === 1 ? name : `${name}-${n}`;
    const taken = await Promise.all(
      endings.map((ending) => isThere(join(folder, `${stem}.${ending}`))),
    );
    if (!taken.includes(true)) return stem;
  }
  throw new AppError('FILE_UNREADABLE', { name });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
