import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { at } from '../paths.mjs';

/** Named as dependencies and used by nothing that runs. */
const BUILD_ONLY = /^(@types\/.*|node-addon-api|type-fest)$/;

/**
 * The packages that some packages need, themselves included, as folders below node_modules.
 * @param {readonly string[]} names
 * @returns {string[]} such as `node_modules/a`, `node_modules/a/node_modules/b`
 */
export function closureOf(names) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} name @param {string} from */
  const add = (name, from) => {
    for (let folder = from; ; ) {
      const place = join(folder, 'node_modules', name);
      if (existsSync(at(place, 'package.json'))) {
        if (found.has(place)) return;
        found.add(place);
        const { dependencies = {} } = JSON.parse(readFileSync(at(place, 'package.json'), 'utf8'));
        for (const needed of Object.keys(dependencies))
          if (!BUILD_ONLY.test(needed)) add(needed, place);
        return;
      }
      const up = folder.lastIndexOf(`node_modules${sep}`);
      if (folder === '')
        throw new Error(`${name} is needed by ${from || 'the programs'} and not installed`);
      folder = up <= 0 ? '' : folder.slice(0, up - 1);
    }
  };
  for (const name of names) add(name, '');
  return [...found].sort();
}
