import { builtinModules } from 'node:module';
import { closureOf } from './closure.mjs';
import { packageFolder } from './parts.mjs';

/** The programs that are the product; the others are tools and the server. @param {{ output: string }} entry */
export const isOfProduct = ({ output }) => /^dist\/(main|preload|store|device|jobs)\//.test(output);

const BUILT_IN = new Set(['electron', 'original-fs', ...builtinModules]);

/**
 * Packages that a program loads from beside itself.
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]} names
 */
export function outsideOf({ outputs }) {
  const names = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => nameOf(path)),
  );
  return [...new Set(names.filter((name) => !BUILT_IN.has(name)))].sort();
}

/**
 * Folders of all packages that went into a program or are loaded by it.
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]} such as `node_modules/a`
 */
export function foldersOfProgram(metafile) {
  const within = Object.keys(metafile.inputs).flatMap((path) => packageFolder(path) ?? []);
  return [...within, ...closureOf(outsideOf(metafile))];
}

/**
 * Folders of all packages that went into the pages, fonts and workers too.
 * @param {unknown} built what Vite's build answers
 * @returns {string[]}
 */
export function foldersOfPages(built) {
  const outputs = /** @type {any[]} */ ([built].flat()).flatMap(({ output }) => output);
  return outputs.flatMap(({ moduleIds = [], originalFileNames = [] }) =>
    [...moduleIds, ...originalFileNames].flatMap(
      (/** @type {string} */ id) => packageFolder(id.split('?')[0] ?? '') ?? [],
    ),
  );
}

/** @param {string} path of an import */
function nameOf(path) {
  const parts = path.replace(/^node:/, '').split('/');
  return path.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
