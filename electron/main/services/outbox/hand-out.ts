import { copyFile } from 'node:fs/promises';
import { diskError } from '../../../platform/atomic-write';

/**
 * Copies the sealed reports to where the person says; false when cancelled. `before` comes when the place is known and
 * nothing is there yet. Throws DISK_FULL, DISK_READ_ONLY, and what `before` throws.
 */
export async function handOut(
  choose: (name: string) => Promise<string | null>,
  path: string,
  name: string,
  before: () => Promise<void>,
): Promise<boolean> {
  const target = await choose(name);
  if (target === null) return false;
  await before();
  try {
    await copyFile(path, target);
  } catch (cause) {
    throw diskError(cause, 0);
  }
  return true;
}
