import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from '../paths.mjs';

/**
 * Somebody else's work that goes into the product.
 * @typedef {{ name: string, version: string, licence: string, text: string }} Part
 *   `licence`: SPDX expression; `text`: the licence's own words, empty where the package brings none
 */

/** Licences under which parts may be shipped inside a product that is not open (SPDX). */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'OFL-1.1',
]);

/**
 * Packages whose manifest says nothing, by what their licence file says; a new version is looked at again.
 * @type {Readonly<Record<string, string>>}
 */
const SAID_IN_FILE = { 'png-js@2.0.0': 'MIT' };

/**
 * What native code and WebAssembly were compiled from: no manifest says it.
 * `words`: files of the package with the licence's own text, where the licence asks for it beside the program.
 * @type {Readonly<Record<string, readonly { name: string, licence: string, note?: string, words?: string[] }[]>>}
 */
const WITHIN = {
  'better-sqlite3-multiple-ciphers': [
    { name: 'SQLite3 Multiple Ciphers', licence: 'MIT' },
    { name: 'SQLite', licence: 'blessing' },
  ],
  'node-sqlite3-wasm': [{ name: 'SQLite', licence: 'blessing' }],
  usb: [
    {
      name: 'libusb',
      licence: 'LGPL-2.1-or-later',
      note: 'This program uses libusb, which is covered by the GNU Lesser General Public License below. It is inside the module prebuilds/*/*.node of the package usb, unchanged; the package holds its whole source (folder libusb) and all that is needed to build the module anew with another libusb: https://github.com/node-usb/node-usb. Reverse engineering for debugging such a change is permitted.',
      words: ['libusb/AUTHORS', 'libusb/COPYING'],
    },
  ],
  'zxing-wasm': [{ name: 'zxing-cpp', licence: 'Apache-2.0' }],
};

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/**
 * The folder of the package that a file belongs to, below node_modules; null for our own files.
 * @param {string} path
 */
export function packageFolder(path) {
  const parts = path.replaceAll('\\', '/').split('/');
  const last = parts.lastIndexOf('node_modules');
  if (last < 0) return null;
  const first = parts.indexOf('node_modules');
  const length = parts[last + 1]?.startsWith('@') ? 3 : 2;
  return parts.slice(first, last + length).join('/');
}

/**
 * Describes packages by their own manifests. Throws where one's licence is not among those that may be shipped.
 * @param {Iterable<string>} folders such as `node_modules/a`
 * @returns {Part[]} by name and version, each once
 */
export function describeParts(folders) {
  /** @type {Map<string, Part>} */
  const parts = new Map();
  for (const folder of new Set(folders)) {
    const manifest = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'));
    const { name, version } = manifest;
    const licence = SAID_IN_FILE[`${name}@${version}`] ?? spdx(manifest);
    if (!licence.split(' AND ').every((one) => ALLOWED.has(one)))
      throw new Error(`${name} ${version} is under "${licence}", which is not on the list`);
    const text = readdirSync(at(folder))
      .filter((file) => LICENCE_FILE.test(file))
      .sort()
      .map((file) => readFileSync(at(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
      .join('\n\n');
    parts.set(`${name}@${version}`, { name, version, licence, text });
    for (const { name: part, licence: its, note = '', words = [] } of WITHIN[name] ?? []) {
      const within = `${part} (${name})`;
      const own = words.map((file) => readFileSync(at(folder, file), 'utf8').trim());
      const said = [note, ...own].filter((one) => one !== '').join('\n\n');
      parts.set(`${within}@${version}`, { name: within, version, licence: its, text: said });
    }
  }
  return [...parts.values()].sort((a, b) =>
    `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1,
  );
}

/** @param {{ license?: unknown, licenses?: unknown }} manifest */
function spdx({ license, licenses }) {
  const said = license ?? (Array.isArray(licenses) ? licenses[0] : licenses);
  const text =
    typeof said === 'object' && said !== null && 'type' in said ? String(said.type) : String(said);
  const choices = text.replace(/^\(|\)$/g, '').split(' OR ');
  return choices.find((one) => ALLOWED.has(one)) ?? text;
}

/**
 * Writes the list for the page that shows it.
 * @param {string} file
 * @param {readonly Part[]} parts
 */
export function writeParts(file, parts) {
  writeFileSync(file, JSON.stringify({ format: 'fieldcert-parts', version: 1, parts }));
}
