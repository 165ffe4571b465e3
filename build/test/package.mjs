import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { run } from '../runtime/run.mjs';
import { playwright } from './runners.mjs';

/**
 * Makes the packages, as a release is made (on the fallback runtime named -citest), and tests them: what is in them,
 * and the program as it is installed.
 * @param {import('./runners.mjs').Settings} settings
 */
export async function packages(settings) {
  const { node, env } = settings;
  // What tests run is a copy with a loader of our own; electron-builder takes the bare one.
  const bare = { ...env };
  delete bare.ELECTRON_OVERRIDE_DIST_PATH;
  const made = { release: at('out/dist'), e2e: at('out/dist-e2e') };
  for (const folder of Object.values(made)) rmSync(folder, { recursive: true, force: true });
  /** @param {string[]} args */
  const dist = async (args) => {
    const code = await run(node, [at('build/dist.mjs'), '--target', 'linux-x64', ...args], {
      env: bare,
      isQuiet: true,
    });
    if (code !== 0) throw new Error(`npm run dist ${args.join(' ')} ended with ${code}`);
  };
  await dist(['deb']);
  await dist(['--e2e', '--dir']);
  const deb = readdirSync(made.release).find((name) => name.endsWith('.deb')) ?? '';
  return playwright('package', {
    ...settings,
    env: {
      ...env,
      FIELDCERT_PACKAGE_DEB: join(made.release, deb),
      FIELDCERT_PACKAGE_RELEASE: join(made.release, 'linux-unpacked'),
      FIELDCERT_PACKAGE_E2E: join(made.e2e, 'linux-unpacked'),
    },
  });
}
