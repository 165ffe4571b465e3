import { copyFile } from 'node:fs/promises';
import { diskError } from '../../../platform/atomic-write';

/** Copies the sealed reports to where the person says; false when cancelled. Throws DISK_FULL, DISK_READ_ONLY. */
export async function handOut(
  choose: (name: string) => Promise<string | null>,
  path: string,
  name: string,
): Promise<boolean> {
  const target = await choose(name);
  if (target === null) return false;
  try {
    await copyFile(path, target);
  } catch (cause) {
    throw diskError(cause, 0);
  }
  return true;
}
