import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { at } from '../paths.mjs';
import { runtimeCache } from '../runtime/fallback.mjs';
import { fetchByLock } from '../runtime/fetch-by-lock.mjs';
import { say } from '../runtime/say.mjs';

/** Never needed at run time, whatever package it is in. */
const NEVER = [
  /\.(md|markdown|map|flow|ts|mts|cts|tsx|gyp|gypi|h|c|cc|cpp|png|jpg|html|ya?ml|iml)$/i,
  /^(test|tests|docs?|example|examples|\.github|benchmark)\//,
  /^\.|\/\.|^(gruntfile|makefile|tsconfig)/i,
];

/**
 * What of certain packages stays, by their folder.
 * @type {Readonly<Record<string, (target: import('./targets.mjs').Target) => RegExp>>}
 */
const ONLY = {
  sqlcipher: ({ platform, arch }) =>
    new RegExp(`^(package\\.json|LICENSE|lib/.*\\.js|prebuilds/${platform}-${arch}\\.node)$`),
  usb: ({ platform, arch }) =>
    new RegExp(
      `^(package\\.json|LICENSE|dist/.*\\.js|prebuilds/${platform === 'darwin' ? 'darwin-x64\\+arm64' : `${platform}-${arch}`}/(?!.*musl).*\\.node)$`,
    ),
  koffi: () => /^(package\.json|LICENSE.*|indirect\.cjs|index\.cjs|src\/.*\.cjs|lib\/.*\.cjs)$/,
  'zxing-wasm': () =>
    /^(package\.json|LICENSE|dist\/cjs\/(reader\/|share).*|dist\/reader\/.*\.wasm)$/,
  'node-sqlite3-wasm': () => /^(package\.json|LICENSE|dist\/.*)$/,
  pdfkit: () => /^(package\.json|LICENSE|js\/pdfkit\.js|js\/data\/.*)$/,
  fontkit: () => /^(package\.json|LICENSE|dist\/main\.cjs)$/,
};

/**
 * Copies packages into a package of ours, without what is never needed and without native code of other machines.
 * @param {readonly string[]} places as `closureOf` names them
 * @param {string} app
 * @param {import('./targets.mjs').Target} target
 */
export async function copyModules(places, app, target) {
  // Below dist/: electron-builder leaves a folder of this name at the root out, or arranges it by its own mind.
  const root = join(app, 'dist');
  for (const place of places) copyModule(at(place), join(root, place), place, target);
  if (places.includes(join('node_modules', 'koffi'))) {
    const name = `@koromix/koffi-${target.platform}-${target.arch}`;
    const place = join('node_modules', name);
    copyModule(await nativePackage(name, target), join(root, place), place, target);
  }
}

/** @param {string} from @param {string} to @param {string} place @param {import('./targets.mjs').Target} target */
function copyModule(from, to, place, target) {
  const name = place.slice(place.lastIndexOf('node_modules') + 'node_modules/'.length);
  const only = ONLY[name]?.(target);
  const isTop = place.indexOf('node_modules') === place.lastIndexOf('node_modules');
  cpSync(from, to, {
    recursive: true,
    filter: (path) => {
      const inside = relative(from, path).split(sep).join('/');
      if (inside === '') return true;
      if (inside === 'node_modules' || inside.startsWith('node_modules/')) return false;
      if (NEVER.some((one) => one.test(inside)) || /musl/.test(inside)) return false;
      // A folder is walked; what is in it is judged by itself.
      return !isTop || only === undefined || only.test(inside) || statSync(path).isDirectory();
    },
  });
}

/**
 * Koffi's native code for a machine that is not this one, fetched by the lock's integrity.
 * @param {string} name
 * @param {import('./targets.mjs').Target} target
 * @returns {Promise<string>} its folder
 */
async function nativePackage(name, { platform, arch }) {
  const own = at('node_modules', name);
  if (existsSync(own)) return own;
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`${name} is not in the lock`);
  const home = join(runtimeCache(), 'natives', `${name.replace('/', '+')}-${version}`);
  const folder = join(home, 'node_modules', name);
  if (existsSync(folder)) return folder;
  say(`fetching ${name} ${version}`);
  /** @param {string} work */
  const prepare = (work) => {
    const dependencies = { [name]: version };
    writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true, dependencies }));
    const lock = {
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { dependencies },
        [`node_modules/${name}`]: { version, integrity, os: [platform], cpu: [arch] },
      },
    };
    writeFileSync(join(work, 'package-lock.json'), JSON.stringify(lock));
  };
  await fetchByLock(home, { prepare, args: ['--force', `--os=${platform}`, `--cpu=${arch}`] });
  if (!existsSync(folder)) throw new Error(`${name} could not be fetched`);
  return folder;
}
