// npm run dist [-- --target linux-x64] [--e2e] [--as VERSION: tests only] [-- options of electron-builder, such as --dir or deb]
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { helperFile } from './compile/skf-helper.mjs';
import { appImageTools } from './package/appimage-tools.mjs';
import { programKey } from './package/program-key.mjs';
import { billOfMaterials } from './package/sbom.mjs';
import { stage } from './package/stage.mjs';
import { targets } from './package/targets.mjs';
import { at } from './paths.mjs';
import { installDependencies } from './runtime/dependencies.mjs';
import { findElectron } from './runtime/electron.mjs';
import { fallbackFolder } from './runtime/fallback.mjs';
import { findNode } from './runtime/node24.mjs';
import { run } from './runtime/run.mjs';
import { say, stopWith } from './runtime/say.mjs';
import { prepareAppImages } from './runtime/system.mjs';

/** 1 January 2026, of every file in a package, so that an unchanged one has unchanged bytes around it too. */
const FILE_DATE = '1767225600';

const { values, rest } = argumentsOf(process.argv.slice(2));
const name = values.target ?? `${process.platform}-${process.arch}`;
const target = targets[name] ?? stopWith(`Targets: ${Object.keys(targets).join(', ')}`);
const flavour = values.isE2e ? 'e2e' : '';

await installDependencies();
const node = findNode();
const runtime = await findElectron();
const isForeign = name !== 'linux-x64';
if (runtime.isFallback && isForeign)
  stopWith(
    `Packages for ${name} need the pinned Electron: its download host must be reachable, or ELECTRON_MIRROR set.`,
  );

if (values.version !== undefined && flavour === '')
  stopWith('Only a package for tests may stand for another version: --as needs --e2e.');

const folder = at('out/package', [name, flavour].filter(Boolean).join('-'));
const app = join(folder, 'app');
const key = programKey();
say(`laying out ${name}`);
const version = values.version ?? JSON.parse(readFileSync(at('package.json'), 'utf8')).version;
const kind = {
  isProduction: true,
  flavour: /** @type {'' | 'e2e'} */ (flavour),
  isStandIn: runtime.isFallback,
  programKey: target.platform === 'darwin' ? '' : key.open,
};
const { ofStore, parts } = await stage(app, target, kind, version);

const helperName = helperFile(name);
const helper =
  helperName === undefined
    ? undefined
    : { file: helperName, bytes: readFileSync(join(app, 'dist/device', helperName)) };

const out = at(flavour === '' ? 'out/dist' : 'out/dist-e2e');
mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, `fieldcert-${version}-${name}${runtime.isFallback ? '-citest' : ''}.cdx.json`),
  billOfMaterials({ version, electron: runtime.version, parts, helper }),
);

/** @type {NodeJS.ProcessEnv} */
const env = {
  ...process.env,
  FIELDCERT_PACKAGE_APP: app,
  FIELDCERT_PACKAGE_OUT: out,
  FIELDCERT_FLAVOUR: flavour,
  FIELDCERT_PROGRAM_SECRET: key.secret,
};
// No date of the machine gets into a package: the same sources give the same bytes.
env.SOURCE_DATE_EPOCH ??= FILE_DATE;
if (existsSync('/usr/bin/dpkg-deb')) env.CUSTOM_FPM_PATH = at('build/package/fpm.mjs');
if (runtime.isFallback) {
  say(`packaging Electron ${runtime.version}, the stand-in: for tests only, named -citest`);
  const standIn = join(folder, 'citest');
  mkdirSync(standIn, { recursive: true });
  cpSync(node, join(standIn, 'node'));
  chmodSync(join(standIn, 'node'), 0o755);
  env.FIELDCERT_RUNTIME = 'fallback';
  env.FIELDCERT_ELECTRON_VERSION = runtime.version;
  env.FIELDCERT_ELECTRON_DIST = await fallbackFolder('package');
  env.FIELDCERT_STAND_IN_NODE = standIn;
  env.FIELDCERT_UNPACKED = ['dist/store/**', ...ofStore.map((place) => `dist/${place}/**`)].join(
    ':',
  );
  if (rest.includes('AppImage')) await prepareAppImages();
  env.APPIMAGE_TOOLS_PATH = appImageTools(join(folder, 'appimage-tools'));
}
process.exitCode = await run(
  node,
  [
    at('node_modules/electron-builder/cli.js'),
    '--config',
    at('build/electron-builder.config.cjs'),
    '--publish=never',
    target.builder,
    ...rest.filter((one) => !one.startsWith('--')),
    `--${target.arch}`,
    ...rest.filter((one) => one.startsWith('--')),
  ],
  { env },
);

/** @param {readonly string[]} given */
function argumentsOf(given) {
  /** @type {string[]} */
  const rest = [];
  /** @type {{ target: string | undefined, isE2e: boolean, version: string | undefined }} */
  const values = { target: undefined, isE2e: false, version: undefined };
  for (let i = 0; i < given.length; i++) {
    const one = given[i] ?? '';
    if (one === '--target') values.target = given[++i];
    else if (one === '--e2e') values.isE2e = true;
    else if (one === '--as') values.version = given[++i];
    else if (one !== '--') rest.push(one);
  }
  return { values, rest };
}
