import { at, root } from '../paths.mjs';
import { bundleEsmOnly } from './esm-only.mjs';

/** Variables that a source checkout reads (electron/main/boot/development.ts, electron/store/binding.ts). */
export const developmentVariables = [
  'TESTING',
  'RUNTIME',
  'USER_DATA',
  'NODE',
  'NODE24',
  'BINDING',
  'EMERGENCY',
  'PKCS11',
  'SKF',
  'PRACTICE_CERTIFICATES',
  'VERSION',
  'RELEASE_ROOT',
  'APPIMAGE',
  'INSTALLED_AS',
  'POLICY',
].map((name) => `FIELDCERT_${name}`);

/**
 * What a build is for. `flavour`: `e2e` may be driven by tests; `isStandIn`: for the fallback runtime; `programKey`: the
 * raw public key of a package's list of files, base64.
 * @typedef {{ isProduction: boolean, flavour: '' | 'e2e', isStandIn: boolean, programKey: string }} BuildKind
 */

/** @type {BuildKind} */
export const sourceBuild = { isProduction: false, flavour: '', isStandIn: false, programKey: '' };

/**
 * Written into the bundle: read at run time, a variable of the user's shell would switch a guard off.
 * @param {BuildKind} kind
 */
function constants({ isProduction, flavour, isStandIn, programKey }) {
  /** @type {Record<string, string>} */
  const define = {
    'process.env.FIELDCERT_FLAVOUR': JSON.stringify(flavour),
    'process.env.FIELDCERT_BUILD': JSON.stringify(isProduction ? 'production' : ''),
    'process.env.FIELDCERT_PROGRAM_KEY': JSON.stringify(programKey),
    'process.env.FIELDCERT_STAND_IN': JSON.stringify(isStandIn ? '1' : ''),
  };
  if (isProduction)
    for (const name of developmentVariables) define[`process.env.${name}`] = 'undefined';
  return define;
}

/**
 * How esbuild makes one program.
 * @param {import('./entries.mjs').Entry} entry
 * @param {string} outfile absolute
 * @param {BuildKind} kind
 * @returns {import('esbuild').BuildOptions}
 */
export function optionsOf(entry, outfile, kind) {
  return {
    entryPoints: [at(entry.source)],
    outfile,
    absWorkingDir: root,
    bundle: true,
    format: 'cjs',
    logLevel: 'warning',
    sourcemap: kind.isProduction ? false : 'linked',
    minifySyntax: kind.isProduction,
    // Less to read at each start; names stay, so that a log's lines say where they come from.
    minifyWhitespace: kind.isProduction,
    define: constants(kind),
    ...(entry.kind === 'preload'
      ? { platform: 'browser', target: 'chrome114', external: ['electron'] }
      : {
          platform: 'node',
          target: 'node18',
          mainFields: ['main', 'module'],
          loader: { '.node': 'copy' },
          plugins: [bundleEsmOnly()],
        }),
  };
}
