import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at } from '../paths.mjs';

/**
 * Files below the given paths of the project, tests and documents left out.
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
function inputsBelow(paths) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} path */
  const walk = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      if (!/\.test\.tsx?$|\.md$/.test(path)) found.push(`${path}:${stat.mtimeMs}:${stat.size}`);
      return;
    }
    for (const name of readdirSync(path).sort()) {
      if (name !== 'node_modules' && name !== 'test') walk(join(path, name));
    }
  };
  for (const path of paths) walk(at(path));
  return found;
}

/**
 * Remembers of which inputs something was made, by their times and sizes: reading all of them
 * for a real hash would cost the second start more than it gains.
 * @param {string} file where the stamp is kept, relative to the project
 * @param {readonly string[]} paths inputs, files or folders
 * @param {string} flavour anything else that the outcome depends on
 */
export function stampOf(file, paths, flavour) {
  const now = createHash('sha256')
    .update(JSON.stringify([flavour, process.version, inputsBelow(paths)]))
    .digest('hex');
  const path = at(file);
  return {
    isFresh: existsSync(path) && readFileSync(path, 'utf8') === now,
    save() {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, now);
    },
  };
}
