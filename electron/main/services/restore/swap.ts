import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeAtomically } from '../../../platform/atomic-write';
import { type PutAside, parsePutAside, writePutAside } from './put-aside';

/*
 * How a restored office takes the place of the present one, so that a kill at any moment leaves the old or the new:
 *
 *   office.restoring/      filled and proved; without the mark below it is half and is removed at the next start
 *   office.restore.json    the mark, with the note for the former office: from now on the swap goes through, at the
 *                          next start if not now
 *   office → office.before-restore-<n>, office.restoring → office, mark removed
 */

export const restoringDir = (officeDir: string): string => `${officeDir}.restoring`;
const markOf = (officeDir: string): string => `${officeDir}.restore.json`;

/** Removes what an unfinished restore left. */
export async function clearRestoring(officeDir: string): Promise<void> {
  await rm(restoringDir(officeDir), { recursive: true, force: true });
}

/** Puts the restored folder in the office's place; answers the name of the former one's folder. */
export async function swapIn(officeDir: string, note: PutAside): Promise<string | null> {
  await writeAtomically(markOf(officeDir), JSON.stringify(note));
  return finishSwap(officeDir);
}

async function finishSwap(officeDir: string): Promise<string | null> {
  let former: string | null = null;
  if (existsSync(restoringDir(officeDir))) {
    if (existsSync(officeDir)) {
      const note = parsePutAside(await readFile(markOf(officeDir), 'utf8'));
      if (note !== null) await writePutAside(officeDir, note);
      former = await freeName(officeDir);
      await rename(officeDir, former);
    }
    await rename(restoringDir(officeDir), officeDir);
    await syncParent(officeDir);
  }
  await rm(markOf(officeDir), { force: true });
  return former === null ? null : basename(former);
}

/** At the start of the program: a decided swap goes through, a half restore goes. */
export async function settleRestores(officeDirs: readonly string[]): Promise<void> {
  for (const officeDir of officeDirs) {
    if (existsSync(markOf(officeDir))) await finishSwap(officeDir);
    else await clearRestoring(officeDir);
  }
}

async function freeName(officeDir: string): Promise<string> {
  const prefix = `${basename(officeDir)}.before-restore-`;
  const names = await readdir(dirname(officeDir));
  const used = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)) || 0);
  return join(dirname(officeDir), `${prefix}${Math.max(0, ...used) + 1}`);
}

/** Windows cannot open folders; NTFS journals the rename itself. */
async function syncParent(officeDir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dirname(officeDir), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
