// Some names are dangerous enough to have one owner file each. Comments and strings count too:
// the rule is cheap because it does not parse.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { at, root } from '../paths.mjs';

/** @type {readonly { name: string, pattern: RegExp, owners: RegExp, instead: string }[]} */
const rules = [
  {
    name: 'Math.random',
    pattern: /\bMath\.random\b/,
    owners: /^$/,
    instead: 'crypto.randomBytes, or a seeded generator of your own',
  },
  {
    name: 'ipcMain',
    pattern: /\bipcMain\b/,
    owners: /^electron\/main\/ipc\//,
    instead: 'a route of shared/ipc and its handler',
  },
  {
    name: 'shell.openExternal',
    pattern: /\bopenExternal\b/,
    owners: /^electron\/main\/security\//,
    instead: 'the guard for external links in electron/main/security',
  },
  {
    name: 'fetch',
    pattern: /(?<![.\w'"`-])fetch\(/,
    owners: /^electron\/main\/(clients|services\/sync)\//,
    instead: "the central server's client in electron/main",
  },
  {
    name: 'dangerouslySetInnerHTML',
    pattern: /\bdangerouslySetInnerHTML\b|\.(inner|outer)HTML\s*=/,
    owners: /^$/,
    instead: 'React elements',
  },
  {
    name: 'eval',
    pattern: /(?<![.\w'"`-])eval\(|\bnew Function\(/,
    owners: /^$/,
    instead: 'plain code',
  },
];

const product = ['electron', 'renderer', 'server', 'shared'];
const isSource = /(?<!\.test)\.(ts|tsx)$/;

/** @param {string} folder @returns {string[]} */
const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'test' ? [] : sources(path);
    return isSource.test(entry.name) ? [path] : [];
  });

let found = 0;
for (const path of product.flatMap((folder) => sources(at(folder)))) {
  const name = relative(root, path).split(sep).join('/');
  const broken = rules.filter((rule) => !rule.owners.test(name));
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      for (const rule of broken.filter(({ pattern }) => pattern.test(line))) {
        found++;
        console.error(`${name}:${index + 1} uses ${rule.name}; take ${rule.instead}`);
      }
    });
}
process.exitCode = found === 0 ? 0 : 1;
