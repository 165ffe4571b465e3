import { existsSync, rmSync } from 'node:fs';
import { at, root } from '../paths.mjs';
import { entries } from './entries.mjs';
import { bundleEsmOnly } from './esm-only.mjs';
import { stampOf } from './stamp.mjs';

const configuration = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'build/compile'];

/**
 * Node programs and preloads, by esbuild.
 * @param {boolean} isProduction
 */
async function compilePrograms(isProduction) {
  // Written into the bundle: read at run time, a variable of the user's shell would switch a guard off.
  const flavour = isProduction && process.env.FIELDCERT_FLAVOUR === 'e2e' ? 'e2e' : '';
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
    `production=${isProduction} flavour=${flavour}`,
  );
  const present = entries.filter((entry) => existsSync(at(entry.source)));
  if (stamp.isFresh && present.every((entry) => existsSync(at(entry.output)))) return false;
  const { build } = await import('esbuild');
  const outcomes = await Promise.allSettled(
    present.map((entry) =>
      build({
        entryPoints: [at(entry.source)],
        outfile: at(entry.output),
        absWorkingDir: root,
        bundle: true,
        format: 'cjs',
        logLevel: 'warning',
        sourcemap: isProduction ? false : 'linked',
        minifySyntax: isProduction,
        define: { 'process.env.FIELDCERT_FLAVOUR': JSON.stringify(flavour) },
        ...(entry.kind === 'preload'
          ? { platform: 'browser', target: 'chrome114', external: ['electron'] }
          : {
              platform: 'node',
              target: 'node18',
              mainFields: ['main', 'module'],
              loader: { '.node': 'copy' },
              plugins: [bundleEsmOnly()],
            }),
      }),
    ),
  );
  mustAllBeMade(outcomes);
  stamp.save();
  return true;
}

/**
 * The pages, by Vite.
 * @param {boolean} isProduction
 */
async function compilePages(isProduction) {
  if (!existsSync(at('renderer/index.html'))) return false;
  const stamp = stampOf(
    'dist/.pages',
    ['renderer', 'shared', 'vite.config.mts', ...configuration],
    `production=${isProduction}`,
  );
  if (stamp.isFresh && existsSync(at('dist/renderer/index.html'))) return false;
  const { build } = await import('vite');
  await build({ configFile: at('vite.config.mts'), build: { sourcemap: !isProduction } });
  stamp.save();
  return true;
}

/**
 * One broken program does not keep the others from being made, but the build has failed.
 * @template T
 * @param {readonly PromiseSettledResult<T>[]} outcomes
 * @returns {T[]}
 */
function mustAllBeMade(outcomes) {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/**
 * Makes dist/ from the sources; does nothing where no source has changed.
 * @param {{ isProduction?: boolean, isForced?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything was made
 */
export async function compile({ isProduction = false, isForced = false } = {}) {
  if (isForced) rmSync(at('dist'), { recursive: true, force: true });
  const outcomes = await Promise.allSettled([
    compilePrograms(isProduction),
    compilePages(isProduction),
  ]);
  return mustAllBeMade(outcomes).includes(true);
}
