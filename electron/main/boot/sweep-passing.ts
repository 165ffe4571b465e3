import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sweepStaging } from '../../jobs/package/staging';
import { dataPaths } from '../../platform/paths';

/** Where dropped packages lie while the verifier reads them, also without an office. */
export const verifierTemporary = (userData: string): string => join(userData, 'tmp');

/**
 * Removes what a program that was killed left in plain: packages that the verifier read, lists that were read or handed in,
 * records that nobody signed yet, exports that were under way. To be called once, before anything of it can begin.
 */
export async function sweepPassing(userData: string): Promise<void> {
  for (const office of ['office', 'practice'] as const) {
    const { exportsTemporary } = dataPaths(userData, office);
    await sweepStaging(exportsTemporary);
    await rm(exportsTemporary, { recursive: true, force: true });
  }
  await rm(verifierTemporary(userData), { recursive: true, force: true });
}
