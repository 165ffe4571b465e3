#!/usr/bin/env node
// Stands for fpm: makes a .deb with dpkg-deb out of the arguments that electron-builder gives fpm. Whatever it does not
// know stops it: a package with half of its fields is none. Two builds of the same files give the same package (dates are
// SOURCE_DATE_EPOCH), and a change in one file leaves the rest of its bytes as they were (`gzip --rsyncable`), so that an
// update by its differences stays small; fpm's own xz changes all that follows the first change.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const SINGLE = new Set([
  '-s',
  '-t',
  '--architecture',
  '--after-install',
  '--after-remove',
  '--description',
  '--version',
  '--package',
  '--name',
  '--maintainer',
  '--vendor',
  '--url',
  '--category',
  '--deb-priority',
  '--license',
  '--iteration',
  '--deb-compression',
]);
const REPEATED = new Set(['-d', '--depends', '--deb-recommends']);
const FLAGS = new Set(['--force']);

/** @param {readonly string[]} given */
function parse(given) {
  /** @type {Record<string, string>} */
  const one = {};
  /** @type {Record<string, string[]>} */
  const many = { '-d': [], '--deb-recommends': [] };
  /** @type {{ from: string, to: string }[]} */
  const files = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i] ?? '';
    if (FLAGS.has(word)) continue;
    if (SINGLE.has(word)) one[word] = given[++i] ?? '';
    else if (REPEATED.has(word)) many[word === '--depends' ? '-d' : word]?.push(given[++i] ?? '');
    else if (word.startsWith('-')) throw new Error(`unknown option ${word}`);
    else {
      const cut = word.lastIndexOf('=');
      if (cut < 1) throw new Error(`not a pair of paths: ${word}`);
      files.push({ from: word.slice(0, cut), to: word.slice(cut + 1) });
    }
  }
  if (one['-s'] !== 'dir' || one['-t'] !== 'deb') throw new Error('makes a .deb of folders only');
  return { one, many, files };
}

/** The long form of a control field: a blank before each further line, a dot for an empty one. @param {string} text */
function folded(text) {
  const [first = '', ...further] = text.split('\n');
  const lines = further.map((line) => ` ${line.trim() === '' ? '.' : line.trim()}`);
  return [first.trim(), ...lines].join('\n');
}

/** @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return lstatSync(path).isDirectory() ? filesBelow(path) : [path];
    });

/** One of the two tar files of a package, compressed. @param {string} deb @param {string} which @param {string[]} more */
function compressed(deb, which, more) {
  const tar = `${deb}.tar`;
  const file = openSync(tar, 'w');
  try {
    execFileSync('dpkg-deb', [which, deb], { stdio: ['ignore', file, 'inherit'] });
    const args = ['--no-name', '-6', ...more, '--stdout', tar];
    return execFileSync('gzip', args, { maxBuffer: 2 ** 31 - 1 });
  } finally {
    closeSync(file);
    rmSync(tar, { force: true });
  }
}

/** The outer form of a .deb (deb(5), ar(5)). @param {string} path @param {{ name: string, bytes: Uint8Array }[]} members */
function writeArchive(path, members) {
  const date = process.env.SOURCE_DATE_EPOCH ?? '0';
  /** @type {Uint8Array[]} */
  const parts = [Buffer.from('!<arch>\n')];
  for (const { name, bytes } of members) {
    const fields = [
      name.padEnd(16),
      date.padEnd(12),
      '0'.padEnd(6),
      '0'.padEnd(6),
      '100644'.padEnd(8),
    ];
    parts.push(Buffer.from(`${fields.join('')}${String(bytes.length).padEnd(10)}\`\n`), bytes);
    if (bytes.length % 2 === 1) parts.push(Buffer.from('\n'));
  }
  writeFileSync(path, Buffer.concat(parts));
}

const { one, many, files } = parse(process.argv.slice(2));
const tree = mkdtempSync(join(tmpdir(), 'fieldcert-deb-'));
try {
  chmodSync(tree, 0o755);
  for (const { from, to } of files) {
    const place = join(tree, to);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(from, place, { recursive: true, verbatimSymlinks: true });
    if (statSync(from).isFile()) chmodSync(place, 0o644);
  }
  const contents = filesBelow(tree);
  const kilobytes = Math.ceil(contents.reduce((sum, path) => sum + lstatSync(path).size, 0) / 1024);
  const fields = {
    Package: one['--name'],
    Version: one['--version'],
    Architecture: one['--architecture'],
    Maintainer: one['--maintainer'],
    Vendor: one['--vendor'],
    Homepage: one['--url'],
    License: one['--license'],
    Section: one['--category'] ?? 'default',
    Priority: one['--deb-priority'] ?? 'optional',
    'Installed-Size': String(kilobytes),
    Depends: many['-d']?.join(', '),
    Recommends: many['--deb-recommends']?.join(', '),
    Description: folded(one['--description'] ?? ''),
  };
  const control = join(tree, 'DEBIAN');
  const sums = contents.map((path) => {
    const digest = createHash('md5').update(readFileSync(path)).digest('hex');
    return `${digest}  ${path.slice(tree.length + 1)}\n`;
  });
  mkdirSync(control);
  writeFileSync(
    join(control, 'control'),
    Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
  writeFileSync(join(control, 'md5sums'), sums.join(''));
  for (const [option, script] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ]) {
    const source = one[option ?? ''];
    if (source === undefined) continue;
    // What a system does not let them arrange (a profile, an entry) is no reason for a package that is half there.
    const lines = `${readFileSync(source, 'utf8').trimEnd()}\n\nexit 0\n`;
    writeFileSync(join(control, script ?? ''), lines, { mode: 0o755 });
  }
  const target = one['--package'] ?? `${one['--name']}.deb`;
  const named = one['--deb-compression'] ?? 'xz';
  const how = named === 'gz' ? 'gzip' : named;
  if (how !== 'gzip') throw new Error(`compresses by gzip, not by ${how}`);
  const plain = join(control, '..', '..', `${basename(tree)}.plain.deb`);
  try {
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, plain]);
    writeArchive(target, [
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', bytes: compressed(plain, '--ctrl-tarfile', []) },
      { name: 'data.tar.gz', bytes: compressed(plain, '--fsys-tarfile', ['--rsyncable']) },
    ]);
  } finally {
    rmSync(plain, { force: true });
  }
  console.log(`made ${basename(target)}`);
} finally {
  rmSync(tree, { recursive: true, force: true });
}
