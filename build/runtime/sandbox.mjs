import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stopWith } from './say.mjs';

const setuidAndRoot = 0o4000;

/**
 * The switches with which a launcher starts Electron. As root Chromium's sandbox cannot work, and
 * only then it is switched off, from here and never by the product.
 * @param {import('./electron.mjs').Runtime} runtime
 * @returns {string[]}
 */
export function sandboxSwitches(runtime) {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) return ['--no-sandbox'];
  const suid = statSync(join(runtime.folder, 'chrome-sandbox'), { throwIfNoEntry: false });
  const hasSuid = suid !== undefined && suid.uid === 0 && (suid.mode & setuidAndRoot) !== 0;
  if (!hasSuid && spawnSync('unshare', ['--user', 'true']).status !== 0) {
    stopWith(
      "This system keeps ordinary users from making user namespaces, which Chromium's sandbox needs; an administrator has to allow them once (Ubuntu: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; Debian: sudo sysctl -w kernel.unprivileged_userns_clone=1).",
    );
  }
  return [];
}
