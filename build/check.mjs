// npm run check: types, lint and format, import rules, dead code, owners of dangerous names,
// tests that are named.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { at, root } from './paths.mjs';
import { installDependencies } from './runtime/dependencies.mjs';
import { findNode } from './runtime/node24.mjs';

/** @typedef {{ name: string, args: string[], isVacuous?: (output: string) => boolean }} Job */

const atOnce = 2;

await installDependencies();
const node = findNode();

/** @param {string} folder @returns {string[]} */
const configurations = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return /^(node_modules|dist|out|\..*)$/.test(entry.name) ? [] : configurations(path);
    }
    return /^tsconfig(\.test)?\.json$/.test(entry.name) ? [relative(root, path)] : [];
  });

/** @type {readonly Job[]} */
const jobs = [
  {
    name: 'imports (dependency-cruiser)',
    args: [
      '--import=./build/check/typescript-for-rules.mjs',
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config=.dependency-cruiser.cjs',
      '--output-type=err',
      ...['shared', 'electron', 'renderer', 'server', 'e2e', 'build'],
    ],
  },
  { name: 'dead code (knip)', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  {
    name: 'lint and format (biome)',
    args: [
      'node_modules/@biomejs/biome/bin/biome',
      'ci',
      '--error-on-warnings',
      '--colors=off',
      '.',
    ],
  },
  { name: 'owners of dangerous names', args: ['build/check/owners.mjs'] },
  { name: 'tests left to the proof', args: ['build/check/long.mjs'] },
  { name: 'claims and their tests', args: ['build/check/claims.mjs'] },
  ...configurations(root).map((path) => ({
    name: `types (${path})`,
    args: ['node_modules/typescript/bin/tsc', '-p', path],
    // A folder without tests yet has nothing for its test configuration to check.
    isVacuous: (/** @type {string} */ output) => /^error TS18003:.*\s*$/.test(output),
  })),
];

/** @param {Job} job @returns {Promise<boolean>} */
function perform({ name, args, isVacuous }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: at(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('close', (code) => {
      const isGood = code === 0 || isVacuous?.(output) === true;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${isGood ? 'ok  ' : 'FAIL'} ${name}, ${seconds} s`);
      if (!isGood) console.log(output.trimEnd().replace(/^/gm, '     '));
      resolve(isGood);
    });
  });
}

const waiting = [...jobs];
/** @type {boolean[]} */
const results = [];
const worker = async () => {
  for (let job = waiting.shift(); job; job = waiting.shift()) results.push(await perform(job));
};
await Promise.all(Array.from({ length: atOnce }, worker));
const failed = results.filter((isGood) => !isGood).length;
console.log(`${results.length - failed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
