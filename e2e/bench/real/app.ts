import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the project, which the launcher names by FIELDCERT_APP. */
export function appPath(relative: string): string {
  const root = process.env['FIELDCERT_APP'];
  if (!root) throw new Error('FIELDCERT_APP is not set: start by npm run bench');
  const path = join(root, relative);
  if (!existsSync(path)) throw new Error(`${relative} is missing: it was not built`);
  return path;
}

/** The rule pack that the program ships with. */
export function rulePackFile(): string {
  const folder = 'resources/rule-packs';
  const file = readdirSync(appPath(folder)).find((name) => name.startsWith('national-'));
  return appPath(`${folder}/${file}`);
}
