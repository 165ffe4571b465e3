import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { runtimeCache } from '../runtime/fallback.mjs';
import { fetchByLock } from '../runtime/fetch-by-lock.mjs';
import { say, stopWith } from '../runtime/say.mjs';

const own = ['package.json', 'package-lock.json'];

/** The folder of the scanners, fetched on first use by the lock beside this file. */
export async function scannersFolder() {
  const hash = createHash('sha256');
  for (const name of own) hash.update(readFileSync(at('build/scan/tools', name)));
  const home = join(runtimeCache(), `scanners-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(home)) say('fetching the scanners (once, about 40 MB)');
  /** @param {string} work */
  const prepare = (work) => {
    for (const name of own) cpSync(at('build/scan/tools', name), join(work, name));
  };
  return fetchByLock(home, { prepare }).catch(() =>
    stopWith('The scanners could not be fetched: the npm registry must be reachable once.'),
  );
}
