// npm run ci: what a build server runs for each change, in this order and to its end; no release, no key of one.
import { at } from './paths.mjs';
import { run } from './runtime/run.mjs';

/**
 * Scanners, the licences of what is in a package and its search for secrets are among them: ESLint's security rules and
 * electronegativity in `scan`; the list of licences and the bill of materials in every build of a package; secrets in
 * `test`, which makes the folder and the deb and opens them.
 */
const STEPS = [
  { name: 'check', args: ['build/check.mjs'] },
  { name: 'scan', args: ['build/scan.mjs'] },
  { name: 'test', args: ['build/test.mjs'] },
  { name: 'AppImage', args: ['build/dist.mjs', '--e2e', 'AppImage'] },
];

const wanted = process.argv.slice(2);
/** @type {string[]} */
const lines = [];
for (const { name, args } of STEPS.filter(
  (step) => wanted.length === 0 || wanted.includes(step.name),
)) {
  const started = performance.now();
  const [program = '', ...rest] = args;
  const code = await run(process.execPath, [at(program), ...rest]);
  const seconds = Math.round((performance.now() - started) / 1000);
  lines.push(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (code !== 0) process.exitCode = 1;
}
console.log(lines.join('\n'));
