import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { writeAtomically } from '../../../platform/atomic-write';
import { placeError, placeFile, placeIdOf, rootOf } from '../../../store/backup/place';

/** Gives a folder its id, or takes the one that it has. Throws BACKUP_PLACE_MISSING, DISK_FULL or DISK_READ_ONLY. */
export async function adoptPlace(
  path: string,
): Promise<{ readonly path: string; readonly id: string }> {
  const known = placeIdOf(path);
  if (known !== null) return { path, id: known };
  const id = randomUUID();
  try {
    mkdirSync(rootOf(path), { recursive: true, mode: 0o700 });
    await writeAtomically(placeFile(path), JSON.stringify({ id }));
  } catch (cause) {
    throw placeError(cause);
  }
  return { path, id };
}
