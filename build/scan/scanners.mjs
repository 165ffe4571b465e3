import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { runtimeCache } from '../runtime/fallback.mjs';
import { runNpm } from '../runtime/run.mjs';
import { say, stopWith } from '../runtime/say.mjs';

const own = ['package.json', 'package-lock.json'];

/** The folder of the scanners, fetched on first use by the lock beside this file. */
export async function scannersFolder() {
  const hash = createHash('sha256');
  for (const name of own) hash.update(readFileSync(at('build/scan/tools', name)));
  const home = join(runtimeCache(), `scanners-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(home)) return home;
  say('fetching the scanners (once, about 40 MB)');
  mkdirSync(runtimeCache(), { recursive: true });
  const work = mkdtempSync(join(runtimeCache(), 'scanners-fetch-'));
  try {
    for (const name of own) cpSync(at('build/scan/tools', name), join(work, name));
    const quietly = { cwd: work, isQuiet: true };
    const code = await runNpm(
      ['ci', '--ignore-scripts', '--no-audit', '--loglevel=error'],
      quietly,
    );
    if (code !== 0)
      stopWith('The scanners could not be fetched: the npm registry must be reachable once.');
    // Somebody else may have been faster; his copy is as good.
    if (!existsSync(home)) renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}
