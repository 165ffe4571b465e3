import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { fallbackFolder, fallbackVersion, hasFallback, runtimeCache } from './fallback.mjs';
import { findNode } from './node24.mjs';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

/**
 * An Electron that can be started.
 * @typedef {{ binary: string, folder: string, version: string, isFallback: boolean }} Runtime
 */

const probeTimeoutMs = 5_000;
const probeAgainAfterMs = 24 * 60 * 60 * 1_000;

/** The version the product is made for, as package.json pins it. */
export function wantedVersion() {
  return JSON.parse(readFileSync(at('package.json'), 'utf8')).devDependencies.electron;
}

/**
 * Finds or obtains Electron: one that the user names by ELECTRON_OVERRIDE_DIST_PATH, the pinned
 * one, or on Linux x64 the fallback when the pinned one's download host cannot be reached.
 * FIELDCERT_RUNTIME=fallback takes the last at once.
 * @returns {Promise<Runtime>}
 */
export async function findElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) return fromFolder(named);
  if (process.env.FIELDCERT_RUNTIME !== 'fallback') {
    const pinned = await pinnedElectron();
    if (pinned) return pinned;
  }
  const folder = await fallbackFolder('run');
  const binary = join(folder, 'electron');
  return { binary, folder, version: fallbackVersion, isFallback: true };
}

/** @param {string} folder @returns {Runtime} */
function fromFolder(folder) {
  const path =
    process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  const binary = join(folder, path);
  if (!existsSync(binary)) {
    stopWith(`There is no Electron in ELECTRON_OVERRIDE_DIST_PATH (${binary} is missing).`);
  }
  const versionFile = join(folder, 'version');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : '';
  const isFallback = Number.parseInt(version.replace(/^v/, ''), 10) < 40;
  return { binary, folder, version, isFallback };
}

/** @returns {Promise<Runtime | undefined>} */
async function pinnedElectron() {
  const folder = at('node_modules/electron/dist');
  const pathFile = at('node_modules/electron/path.txt');
  const found = () =>
    existsSync(pathFile) && existsSync(join(folder, readFileSync(pathFile, 'utf8')))
      ? {
          binary: join(folder, readFileSync(pathFile, 'utf8')),
          folder,
          version: wantedVersion(),
          isFallback: false,
        }
      : undefined;
  if (found()) return found();
  if (!(await canDownload())) return undefined;
  say(`downloading Electron ${wantedVersion()} (once)`);
  const code = await run(findNode(), [at('node_modules/electron/install.js')], { isQuiet: true });
  return code === 0 ? found() : undefined;
}

/** Whether the download host answers; a "no" is remembered for a day while the fallback is there. */
async function canDownload() {
  const marker = join(runtimeCache(), 'download-host-unreachable');
  const lastFailure = statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (hasFallback() && Date.now() - lastFailure < probeAgainAfterMs) return false;
  const host =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/download/';
  try {
    const response = await fetch(`${host}v${wantedVersion()}/SHASUMS256.txt`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    if (response.ok) return true;
  } catch {
    // Not reachable: remembered below.
  }
  mkdirSync(runtimeCache(), { recursive: true });
  writeFileSync(marker, '');
  return false;
}
