import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder } from '../frame/folders';

/** A Debian package as `npm run dist` made it. */
export interface BuiltPackage {
  readonly version: string;
  readonly path: string;
}

/**
 * Two packages made now from these sources, one after the other as two releases would be: another version in it, another key for its
 * list of files, and with that another main program. The flavour is the one that may stand for another version.
 */
export function twoPackages(): readonly [BuiltPackage, BuiltPackage] {
  return [packageAs('1.0.0'), packageAs('1.1.0')];
}

function packageAs(version: string): BuiltPackage {
  const project = process.env.FIELDCERT_APP;
  if (!project) throw new Error('FIELDCERT_APP is not set: start by npm run bench');
  const env = { ...process.env };
  // What tests run is a copy with a loader of our own; electron-builder takes the bare one.
  delete env.ELECTRON_OVERRIDE_DIST_PATH;
  // One key for both would hide what differs between packages that were made without one.
  delete env.FIELDCERT_RELEASE_KEY;
  const made = join(project, 'out/dist-e2e');
  rmSync(made, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [join(project, 'build/dist.mjs'), '--e2e', '--as', version, 'deb'],
    { env, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const name = readdirSync(made).find((one) => one.endsWith('.deb') && one.includes(version));
  if (name === undefined) throw new Error(`no package of ${version} was made`);
  const path = join(freshFolder('package'), name);
  copyFileSync(join(made, name), path);
  return { version, path };
}
