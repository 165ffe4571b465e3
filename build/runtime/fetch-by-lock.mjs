import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNpm } from './run.mjs';

/**
 * Packages of the npm registry by a lock's integrity, in a folder of the cache that is there whole or not at all. Their
 * scripts never run.
 * @param {string} home where they are kept; nothing is fetched where it is there already
 * @param {object} how
 * @param {(work: string) => void} how.prepare writes package.json and package-lock.json into the folder
 * @param {(work: string) => Promise<string>} [how.make] what is kept of it, below the folder; all of it where absent
 * @param {readonly string[]} [how.args] more arguments of `npm ci`
 * @returns {Promise<string>} the folder. Throws where the registry could not be reached or the lock does not hold
 */
export async function fetchByLock(home, { prepare, make = async (work) => work, args = [] }) {
  if (existsSync(home)) return home;
  mkdirSync(dirname(home), { recursive: true });
  const work = mkdtempSync(join(dirname(home), 'fetch-'));
  try {
    prepare(work);
    const all = ['ci', '--ignore-scripts', '--no-audit', '--loglevel=error', ...args];
    const code = await runNpm(all, { cwd: work, isQuiet: true });
    if (code !== 0) throw new Error(`npm ci ended with ${code}`);
    const made = await make(work);
    // Somebody else may have been faster; his copy is as good and may be in use already.
    if (!existsSync(home)) renameSync(made, home);
    return home;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
