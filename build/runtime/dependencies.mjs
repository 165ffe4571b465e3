import { existsSync, readFileSync } from 'node:fs';
import { stampOf } from '../compile/stamp.mjs';
import { at } from '../paths.mjs';
import { runNpm } from './run.mjs';
import { say, stopWith } from './say.mjs';

/** Installs the packages of package-lock.json where they are missing or older than the lock. */
export async function installDependencies() {
  // Elsewhere npm leaves optional packages out without a word, and the build's own binary is one of them.
  if (!isNodeFit(process.versions.node))
    stopWith(
      `Node ${process.versions.node} is too old: 20.19 or a later 20, or 22.12 or newer, is needed. Nothing was installed.`,
    );
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

/**
 * Whether this Node can install and build: what the build's tools ask for (`engines` of package.json).
 * @param {string} version as in process.versions.node
 */
export function isNodeFit(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
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
