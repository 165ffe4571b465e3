import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { run } from '../runtime/run.mjs';
import { playwright } from './runners.mjs';

/**
 * Makes packages, as a release is made (on the fallback runtime named -citest).
 * @param {Pick<import('./runners.mjs').Settings, 'node' | 'env'>} settings
 * @param {readonly string[]} args of npm run dist
 * @returns {Promise<string>} the folder that they are in
 */
export async function packaged({ node, env }, args) {
  // What tests run is a copy with a loader of our own; electron-builder takes the bare one.
  const bare = { ...env };
  delete bare.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = at(args.includes('--e2e') ? 'out/dist-e2e' : 'out/dist');
  rmSync(folder, { recursive: true, force: true });
  const code = await run(node, [at('build/dist.mjs'), '--target', 'linux-x64', ...args], {
    env: bare,
    isQuiet: true,
  });
  if (code !== 0) throw new Error(`npm run dist ${args.join(' ')} ended with ${code}`);
  return folder;
}

/**
 * What is in the packages, and the program as it is installed.
 * @param {import('./runners.mjs').Settings} settings
 */
export async function packages(settings) {
  const release = await packaged(settings, ['deb']);
  const driven = await packaged(settings, ['--e2e', '--dir']);
  const deb = readdirSync(release).find((name) => name.endsWith('.deb')) ?? '';
  return playwright('package', {
    ...settings,
    env: {
      ...settings.env,
      FIELDCERT_PACKAGE_DEB: join(release, deb),
      FIELDCERT_PACKAGE_RELEASE: join(release, 'linux-unpacked'),
      FIELDCERT_PACKAGE_E2E: join(driven, 'linux-unpacked'),
    },
  });
}
