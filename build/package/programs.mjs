import { join } from 'node:path';
import { mustAllBeMade } from '../compile/compile.mjs';
import { entries } from '../compile/entries.mjs';
import { foldersOfPages, foldersOfProgram, isOfProduct, outsideOf } from '../compile/inputs.mjs';
import { optionsOf } from '../compile/options.mjs';
import { describeParts, writeParts } from '../compile/parts.mjs';
import { at } from '../paths.mjs';
import { buildApart } from './apart.mjs';

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

/**
 * The product's own programs and pages, made for a package.
 * @param {string} app the package's folder
 * @param {import('../compile/options.mjs').BuildKind} kind
 * @returns {Promise<{ all: string[], ofStore: string[], parts: import('../compile/parts.mjs').Part[] }>} names of the
 *   packages that they load, those of the store, and everything of others that is in it
 */
export async function buildPrograms(app, kind) {
  const { build } = await import('esbuild');
  const made = mustAllBeMade(
    await Promise.allSettled(
      entries.filter(isOfProduct).map(async (entry) => {
        const outfile = join(app, entry.output);
        const options = {
          ...optionsOf(entry, outfile, kind),
          ...(entry.kind === 'preload'
            ? {}
            : { plugins: [], external: ['electron', 'original-fs', ...KEPT_OUTSIDE] }),
        };
        // The window comes before the desk behind it.
        const metafile =
          entry.output === 'dist/main/main.cjs'
            ? await buildApart(options, outfile)
            : (await build({ ...options, metafile: true })).metafile;
        return { entry, outside: outsideOf(metafile), folders: foldersOfProgram(metafile) };
      }),
    ),
  );
  const pages = await buildPages(app);
  /** @param {typeof made} some */
  const names = (some) => [...new Set(some.flatMap(({ outside }) => outside))].sort();
  const parts = describeParts([
    ...made.flatMap(({ folders }) => folders),
    ...foldersOfPages(pages),
  ]);
  writeParts(join(app, 'dist/parts.json'), parts);
  return {
    all: names(made),
    ofStore: names(made.filter(({ entry }) => entry.output.startsWith('dist/store/'))),
    parts,
  };
}

/** @param {string} app */
async function buildPages(app) {
  const { build } = await import('vite');
  return build({
    configFile: at('vite.config.mts'),
    build: { sourcemap: false, outDir: join(app, 'dist/renderer') },
  });
}
