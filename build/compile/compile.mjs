import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { at } from '../paths.mjs';
import { hasMultilib } from '../runtime/system.mjs';
import { entries } from './entries.mjs';
import { foldersOfPages, foldersOfProgram, isOfProduct } from './inputs.mjs';
import { optionsOf, sourceBuild } from './options.mjs';
import { describeParts, writeParts } from './parts.mjs';
import { compileHelper, HELPER_SOURCE, helperFile } from './skf-helper.mjs';
import { stampOf } from './stamp.mjs';

const configuration = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'build/compile'];

/** Node programs and preloads, by esbuild. */
async function compilePrograms() {
  const stamp = stampOf(
    'dist/.programs',
    [
      'electron',
      'server',
      'shared',
      'resources',
      'e2e/bench',
      'e2e/demo',
      'e2e/fixtures',
      ...configuration,
    ],
    'source',
  );
  const present = entries.filter((entry) => existsSync(at(entry.source)));
  if (stamp.isFresh && present.every((entry) => existsSync(at(entry.output)))) return false;
  const { build } = await import('esbuild');
  const outcomes = await Promise.allSettled(
    present.map(async (entry) => {
      const options = optionsOf(entry, at(entry.output), sourceBuild);
      const { metafile } = await build({ ...options, metafile: true });
      return isOfProduct(entry) ? foldersOfProgram(metafile) : [];
    }),
  );
  remember('programs', mustAllBeMade(outcomes).flat());
  stamp.save();
  return true;
}

/**
 * Keeps whose work is in one of both halves: they are made at different times.
 * @param {'programs' | 'pages'} half
 * @param {readonly string[]} folders
 */
function remember(half, folders) {
  writeFileSync(at(`dist/.parts-${half}`), JSON.stringify([...new Set(folders)]));
}

/** Writes the list of both halves together. */
function listParts() {
  const files = ['programs', 'pages'].map((half) => at(`dist/.parts-${half}`));
  const folders = files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  writeParts(at('dist/parts.json'), describeParts(folders.flatMap((text) => JSON.parse(text))));
}

/** The pages, by Vite. */
async function compilePages() {
  if (!existsSync(at('renderer/index.html'))) return false;
  const stamp = stampOf(
    'dist/.pages',
    ['renderer', 'shared', 'vite.config.mts', ...configuration],
    'source',
  );
  if (stamp.isFresh && existsSync(at('dist/renderer/index.html'))) return false;
  const { build } = await import('vite');
  const built = await build({ configFile: at('vite.config.mts'), build: { sourcemap: true } });
  remember('pages', foldersOfPages(built));
  stamp.save();
  return true;
}

/** The helper for 32-bit libraries. Without its compiler a checkout runs all the same, and says on the page what is missing. */
function compileHelperHere() {
  const machine = `${process.platform}-${process.arch}`;
  const file = helperFile(machine);
  if (file === undefined || !hasMultilib()) return false;
  const output = `dist/device/${file}`;
  const stamp = stampOf('dist/.skf-helper', [HELPER_SOURCE, 'build/compile'], machine);
  if (stamp.isFresh && existsSync(at(output))) return false;
  compileHelper(machine, at(output));
  stamp.save();
  return true;
}

/**
 * One broken program does not keep the others from being made, but the build has failed.
 * @template T
 * @param {readonly PromiseSettledResult<T>[]} outcomes
 * @returns {T[]}
 */
export function mustAllBeMade(outcomes) {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/**
 * Makes dist/ from the sources; does nothing where no source has changed. (A package's programs are made by
 * build/package, beside it.)
 * @param {{ isForced?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything was made
 */
export async function compile({ isForced = false } = {}) {
  if (isForced) rmSync(at('dist'), { recursive: true, force: true });
  const outcomes = await Promise.allSettled([compilePrograms(), compilePages()]);
  compileHelperHere();
  const isMade = mustAllBeMade(outcomes).includes(true);
  if (isMade) listParts();
  return isMade;
}
