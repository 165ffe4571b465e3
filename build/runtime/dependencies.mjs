import { existsSync, readFileSync } from 'node:fs';
import { stampOf } from '../compile/stamp.mjs';
import { at } from '../paths.mjs';
import { runNpm } from './run.mjs';
import { say, stopWith } from './say.mjs';

/** Installs the packages of package-lock.json where they are missing or older than the lock. */
export async function installDependencies() {
  // The marker that npm itself keeps: present only after a complete installation.
  const isInstalled = existsSync(at('node_modules/.package-lock.json'));
  const stamp = lockStamp();
  if (isInstalled && stamp.isFresh) return;
  if (isInstalled && hasWhatTheLockWants()) {
    stamp.save();
    return;
  }
  say('installing the packages of package-lock.json (npm ci)');
  const code = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    stopWith('npm ci failed: see its message above; the npm registry must be reachable once.');
  }
  lockStamp().save();
}

const lockStamp = () => stampOf('node_modules/.fieldcert', ['package-lock.json'], 'npm ci');

/** True when somebody has run npm by hand and nothing is left to do. */
function hasWhatTheLockWants() {
  /** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }>} */
  const packagesOf = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages;
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(
    ([name, wanted]) =>
      name === '' || wanted.optional === true || installed[name]?.version === wanted.version,
  );
}
