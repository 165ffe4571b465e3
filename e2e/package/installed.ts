import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Nobody: whoever runs the tests, the program runs as a user without rights. */
const NOBODY = 65_534;

/** A package laid out where its installer puts it, and how an ordinary user starts it. */
export interface Installed {
  /** `resources` of the program. */
  readonly resources: string;
  readonly binary: string;
  /** A program that starts it as an ordinary user, with a home of his own; arguments go through. */
  readonly start: string;
  readonly home: string;
}

export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: npm test -- package`);
  return value;
}

/** Unpacks a .deb (its files only) below a folder of its own. */
export function unpackDeb(deb: string): Installed {
  const root = mkdtempSync(join(tmpdir(), 'fieldcert-installed-'));
  chmodSync(root, 0o755);
  execFileSync('dpkg-deb', ['-x', deb, root]);
  return installedAt(join(root, 'opt', 'FieldCert'), root);
}

/** The program in a folder that electron-builder laid out. */
export function installedAt(
  folder: string,
  root = mkdtempSync(join(tmpdir(), 'fieldcert-home-')),
): Installed {
  chmodSync(root, 0o755);
  const home = join(root, 'home');
  mkdirSync(home);
  const binary = join(folder, 'fieldcert');
  const start = join(root, 'start');
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(home, NOBODY, NOBODY);
  const asUser = isRoot ? `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups env` : 'env';
  const script = `#!/bin/sh\nexec ${asUser} HOME="${home}" XDG_CONFIG_HOME="${home}/.config" "${binary}" "$@"\n`;
  writeFileSync(start, script);
  chmodSync(start, 0o755);
  return { resources: join(folder, 'resources'), binary, start, home };
}
