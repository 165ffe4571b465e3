import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { syncFolder, writeAtomically } from '../../../platform/atomic-write';
import { type PutAside, parsePutAside, writePutAside } from './put-aside';

/*
 * How a restored office takes the place of the present one, so that a kill at any moment leaves the old or the new:
 *
 *   office.restoring/      filled and proved; without the mark below it is half and is removed at the next start
 *   office.restore.json    the mark, with the note for the former office: from now on the swap goes through, at the
 *                          next start if not now
 *   office → office.before-restore-<n>, office.restoring → office, mark removed
 */

/** Moves a folder within its parent; a test's own fails. */
export type Move = (from: string, to: string) => Promise<void>;

/** What a virus scanner or an indexer that has a file open for a moment makes a move fail with. */
const PASSING = ['EPERM', 'EACCES', 'EBUSY'];
const TRIES = 6;
const WAIT_MS = 250;

export const restoringDir = (officeDir: string): string => `${officeDir}.restoring`;
const markOf = (officeDir: string): string => `${officeDir}.restore.json`;
/** The restored folder takes the office's place, now or at the next start. */
export const isDecided = (officeDir: string): boolean =>
  existsSync(markOf(officeDir)) && existsSync(restoringDir(officeDir));

/** Removes what an unfinished restore left. Throws RESTORE_WAITING where a decided one is to go through yet. */
export async function clearRestoring(officeDir: string): Promise<void> {
  if (isDecided(officeDir)) throw new AppError('RESTORE_WAITING');
  await rm(restoringDir(officeDir), { recursive: true, force: true });
  // Of a swap that is done; beside a folder that is being filled it would say that this one is whole.
  await rm(markOf(officeDir), { force: true });
}

/**
 * Puts the restored folder in the office's place; answers the name of the former one's folder. Where a move fails the
 * former one is put back and the failure thrown as it came; where that fails too, or there was none, RESTORE_WAITING:
 * both folders are kept and the next start ends the swap.
 */
export async function swapIn(
  officeDir: string,
  note: PutAside,
  move: Move = moveFirmly,
): Promise<string | null> {
  const mark = markOf(officeDir);
  const former = await freeName(officeDir);
  try {
    await writeAtomically(mark, JSON.stringify(note));
  } catch (error) {
    await rm(mark, { force: true });
    throw error;
  }
  try {
    return await finishSwap(officeDir, former, move);
  } catch (error) {
    try {
      if (!existsSync(officeDir)) await move(former, officeDir);
      await rm(mark, { force: true });
    } catch (cause) {
      throw new AppError('RESTORE_WAITING', {}, `${error}; ${cause}`);
    }
    throw error;
  }
}

async function finishSwap(officeDir: string, freeDir: string, move: Move): Promise<string | null> {
  let former: string | null = null;
  if (existsSync(restoringDir(officeDir))) {
    if (existsSync(officeDir)) {
      const note = parsePutAside(await readFile(markOf(officeDir), 'utf8'));
      if (note !== null) await writePutAside(officeDir, note);
      await move(officeDir, freeDir);
      former = basename(freeDir);
    }
    await move(restoringDir(officeDir), officeDir);
  }
  // The office is in its place. A mark that stays decides nothing: the next start or restore removes it.
  await syncFolder(dirname(officeDir))
    .then(() => rm(markOf(officeDir), { force: true }))
    .catch(() => undefined);
  return former;
}

/**
 * At the start of the program, before anything opens the office: a decided swap goes through, a half restore goes.
 * Answers what kept a decided one from it: nothing of it is lost, and it can be tried again.
 */
export async function settleRestores(
  officeDirs: readonly string[],
  move: Move = moveFirmly,
): Promise<readonly unknown[]> {
  const faults: unknown[] = [];
  for (const officeDir of officeDirs) {
    try {
      if (isDecided(officeDir)) await finishSwap(officeDir, await freeName(officeDir), move);
      else await clearRestoring(officeDir);
    } catch (error) {
      // A half restore that cannot be removed is in nobody's way: the next restore removes it or says why not.
      if (isDecided(officeDir)) faults.push(error);
    }
  }
  return faults;
}

async function moveFirmly(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (tries === TRIES || !PASSING.includes(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
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
