import { readFileSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { root } from '../paths.mjs';

const topModules = join(root, 'node_modules') + sep;

/**
 * Packages of many small files that every process needs: read one by one they cost each of them a tenth of a second of
 * the processor at every start, more out of an archive.
 */
const MANY_FILES = new Set(['zod', 'sm-crypto-v2']);

/**
 * Packages with large tables that few threads of a process ever ask, and what is used of them: loaded at the first call.
 * The readings of all characters cost each thread of the store a tenth of a second of the processor, and their memory.
 */
const LATE = new Map([['pinyin-pro', ['pinyin']]]);

/** @param {string} name */
const loadedLate = (name) =>
  [
    'let loaded;',
    ...(LATE.get(name) ?? []).map(
      (used) =>
        `export const ${used} = (...given) => (loaded ??= require('${name}')).${used}(...given);`,
    ),
  ].join('\n');

/**
 * True when Node 18 can `require` the file.
 * @param {string} file
 */
function isCommonJs(file) {
  const extension = extname(file);
  if (extension === '.cjs' || extension === '.node' || extension === '.json') return true;
  if (extension === '.mjs') return false;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type !== 'module';
    } catch {
      // No package.json here: the next folder up decides.
    }
  }
  return true;
}

/**
 * Leaves packages outside the bundle, as they are in node_modules, except those that exist as
 * ES modules only (Node 18, the fallback runtime, cannot `require` them) and `MANY_FILES`; `LATE` ones are required at
 * their first call.
 * @returns {import('esbuild').Plugin}
 */
export function bundleEsmOnly() {
  const own = Symbol('own resolution');
  return {
    name: 'bundle-esm-only',
    setup(build) {
      // Zod's messages in fifty languages: none is ever shown, and the product says its errors in its own words.
      build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, () => ({
        contents: "export { default as en } from './en.js';",
        loader: 'js',
      }));
      build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
        contents: loadedLate(path),
        loader: 'js',
        resolveDir: root,
      }));
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        if (args.pluginData === own || args.kind === 'entry-point') return undefined;
        if (args.kind === 'import-statement' && LATE.has(args.path))
          return { path: args.path, namespace: 'late' };
        if (args.path === 'electron' || args.path.startsWith('node:')) {
          return { path: args.path, external: true };
        }
        const { importer, resolveDir } = args;
        const from = { importer, resolveDir, pluginData: own };
        if (MANY_FILES.has(args.path)) {
          return build.resolve(args.path, { ...from, kind: 'import-statement' });
        }
        const required = await build.resolve(args.path, { ...from, kind: 'require-call' });
        if (required.errors.length === 0) {
          if (required.external) return { path: args.path, external: true };
          // A package nested in another one's node_modules is not found from dist/.
          const isTop = required.path.lastIndexOf(`node_modules${sep}`) < topModules.length;
          if (isTop && isCommonJs(required.path)) return { path: args.path, external: true };
        }
        return build.resolve(args.path, { ...from, kind: args.kind });
      });
    },
  };
}
