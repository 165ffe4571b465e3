import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closureOf } from '../compile/closure.mjs';
import { compileHelper, helperFile } from '../compile/skf-helper.mjs';
import { at } from '../paths.mjs';
import { prepareHelperCompiler } from '../runtime/system.mjs';
import { copyModules } from './modules.mjs';
import { buildPrograms } from './programs.mjs';

/**
 * Lays out what a package of ours holds, and nothing else: a folder that electron-builder packs as it is. What is not
 * named here is not in a package.
 * @param {string} app the folder, made anew
 * @param {import('./targets.mjs').Target} target
 * @param {import('../compile/options.mjs').BuildKind} kind
 * @param {string} version
 * @returns {Promise<{ ofStore: string[], parts: import('../compile/parts.mjs').Part[] }>} folders of the packages that
 *   the store loads; everything of others that is in the package
 */
export async function stage(app, target, kind, version) {
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  const outside = await buildPrograms(app, kind);
  const places = closureOf(outside.all);
  await copyModules(places, app, target);
  cpSync(at('resources'), join(app, 'resources'), {
    recursive: true,
    filter: (path) => !/[\\/](README\.md|icons|guide)$/.test(path),
  });
  await bringHelper(app, target);
  bringReleaseRoot(join(app, 'resources', 'release'));
  const own = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  const { name, productName, description, license, author, main } = own;
  /** @param {string} module */
  const versionOf = (module) =>
    JSON.parse(readFileSync(at('node_modules', module, 'package.json'), 'utf8')).version;
  const dependencies = Object.fromEntries(outside.all.map((module) => [module, versionOf(module)]));
  const manifest = { name, productName, version, description, license, author, main, dependencies };
  writeFileSync(join(app, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { ofStore: closureOf(outside.ofStore), parts: outside.parts };
}

/**
 * The helper for vendors' 32-bit libraries, beside the program that starts it; electron-builder leaves it out of the archive.
 * @param {string} app
 * @param {import('./targets.mjs').Target} target
 */
async function bringHelper(app, { platform, arch }) {
  const machine = `${platform}-${arch}`;
  const file = helperFile(machine);
  if (file === undefined || platform === 'darwin') return;
  await prepareHelperCompiler(platform);
  compileHelper(machine, join(app, 'dist/device', file));
}

/**
 * The first root of releases, made by the ceremony (build/release). None lies in the repository: a package without it has
 * updates switched off.
 * @param {string} folder
 */
function bringReleaseRoot(folder) {
  const path = process.env.FIELDCERT_RELEASE_ROOT;
  if (path === undefined || path === '') return;
  const text = readFileSync(path, 'utf8');
  const { type, version } = JSON.parse(JSON.parse(text).signed);
  if (type !== 'root' || version !== 1)
    throw new Error(`${path} is not the first root of releases (1.root.json of the ceremony)`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1.root.json'), text);
}
