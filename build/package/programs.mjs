import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { mustAllBeMade } from '../compile/compile.mjs';
import { entries } from '../compile/entries.mjs';
import { optionsOf } from '../compile/options.mjs';
import { at } from '../paths.mjs';

/**
 * Packages that stay as they are: they load native code or data files that lie beside their own. Everything else goes
 * into the programs.
 */
const KEPT_OUTSIDE = [
  'sqlcipher',
  'usb',
  'koffi',
  'node-sqlite3-wasm',
  'zxing-wasm',
  'pdfkit',
  'fontkit',
];

const PRODUCT = /^dist\/(main|preload|store|device|jobs)\//;
const BUILT_IN = new Set(['electron', ...builtinModules]);

/**
 * The product's own programs and pages, made for a package.
 * @param {string} app the package's folder
 * @param {import('../compile/options.mjs').BuildKind} kind
 * @returns {Promise<{ all: string[], ofStore: string[] }>} names of the packages that they load, and those of the store
 */
export async function buildPrograms(app, kind) {
  const { build } = await import('esbuild');
  const made = mustAllBeMade(
    await Promise.allSettled(
      entries
        .filter(({ output }) => PRODUCT.test(output))
        .map(async (entry) => {
          const options = optionsOf(entry, join(app, entry.output), kind);
          const { metafile } = await build({
            ...options,
            metafile: true,
            ...(entry.kind === 'preload'
              ? {}
              : { plugins: [], external: ['electron', ...KEPT_OUTSIDE] }),
          });
          const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
            imports.filter(({ external }) => external).map(({ path }) => packageOf(path)),
          );
          return { entry, outside: outside.filter((name) => !BUILT_IN.has(name)) };
        }),
    ),
  );
  await buildPages(app);
  /** @param {typeof made} some */
  const names = (some) => [...new Set(some.flatMap(({ outside }) => outside))].sort();
  return {
    all: names(made),
    ofStore: names(made.filter(({ entry }) => entry.output.startsWith('dist/store/'))),
  };
}

/** @param {string} app */
async function buildPages(app) {
  const { build } = await import('vite');
  await build({
    configFile: at('vite.config.mts'),
    build: { sourcemap: false, outDir: join(app, 'dist/renderer') },
  });
}

/** @param {string} path of an import */
function packageOf(path) {
  const bare = path.replace(/^node:/, '');
  const parts = bare.split('/');
  return bare.startsWith('@') ? parts.slice(0, 2).join('/') : /** @type {string} */ (parts[0]);
}
