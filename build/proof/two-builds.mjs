import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { at } from '../paths.mjs';
import { packaged } from '../test/package.mjs';

/**
 * The Debian package made twice from the same sources, with the same key for its list of files: the same names with the
 * same kinds, rights and bytes, in the package, in its control part and in the archive of our programs, and the same
 * package byte by byte. What differs is named.
 * @param {import('../test/runners.mjs').Settings} settings
 * @returns {Promise<import('../test/runners.mjs').Outcome[]>}
 */
export async function twoBuilds(settings) {
  const started = performance.now();
  const work = mkdtempSync(join(tmpdir(), 'fieldcert-two-'));
  try {
    const key = join(work, 'key.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    const env = { ...settings.env, FIELDCERT_RELEASE_KEY: key };
    /** @type {ReturnType<typeof unpacked>[]} */
    const builds = [];
    for (const name of ['first', 'second']) {
      const made = await packaged({ ...settings, env }, ['deb']);
      // Elsewhere, so that a name of the folder in a file would show.
      renameSync(made, join(work, name));
      // What was laid out for the first is not left for the second.
      rmSync(at('out/package'), { recursive: true, force: true });
      builds.push(unpacked(join(work, name)));
    }
    const [first, second] = /** @type {[typeof builds[0], typeof builds[0]]} */ (builds);
    const names = [...new Set([...first.files.keys(), ...second.files.keys()])].sort();
    const different = names.filter((name) => first.files.get(name) !== second.files.get(name));
    for (const name of different)
      console.log(
        `${name}: ${first.files.get(name) ?? 'absent'} | ${second.files.get(name) ?? 'absent'}`,
      );
    const questions = /** @type {const} */ ([
      [`${names.length} files with the same names, rights and bytes`, different.length === 0],
      ['the same package byte by byte', first.deb === second.deb],
    ]);
    for (const [question, isSo] of questions) console.log(`${isSo ? 'ok  ' : 'FAIL'} ${question}`);
    const passed = questions.filter(([, isSo]) => isSo).length;
    const seconds = (performance.now() - started) / 1000;
    return [{ name: 'two builds', passed, failed: questions.length - passed, seconds }];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What is in a package: by name the kind, the rights and the hash. @param {string} folder */
function unpacked(folder) {
  const deb = join(folder, readdirSync(folder).find((name) => name.endsWith('.deb')) ?? 'no.deb');
  const tree = join(folder, 'tree');
  const { status, stderr } = spawnSync('dpkg-deb', ['--raw-extract', deb, tree], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dpkg-deb: ${stderr}`);
  const files = new Map(filesBelow(tree).map((path) => [relative(tree, path), describe(path)]));
  const archive = [...files.keys()].find((name) => name.endsWith('/app.asar'));
  if (archive === undefined) throw new Error('no archive of programs in the package');
  const { extractAll } = createRequire(import.meta.url)('@electron/asar');
  extractAll(join(tree, archive), join(folder, 'app'));
  for (const path of filesBelow(join(folder, 'app')))
    files.set(`${archive}/${relative(join(folder, 'app'), path)}`, describe(path));
  return { files, deb: hashOf(readFileSync(deb)) };
}

/** @param {string} path */
function describe(path) {
  const found = lstatSync(path);
  const rights = (found.mode & 0o7777).toString(8);
  if (found.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  return `${rights} ${hashOf(readFileSync(path))}`;
}

/** @param {Uint8Array} bytes */
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return lstatSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
