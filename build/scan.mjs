// npm run scan: scanners of other people on sources and programs; every finding is mended or justified by name.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { compile } from './compile/compile.mjs';
import { at } from './paths.mjs';
import { installDependencies } from './runtime/dependencies.mjs';
import { findNode } from './runtime/node24.mjs';
import { electronegativity } from './scan/electronegativity.mjs';
import { justified } from './scan/justified.mjs';
import { scannersFolder } from './scan/scanners.mjs';

/** @typedef {{ rule: string, file: string, line: number, message: string }} Finding */

await installDependencies();
await compile();
const node = findNode();
const scanners = await scannersFolder();

/** Module names are looked up from where a file lies: the configuration goes to the scanners. */
function eslint() {
  for (const name of ['eslint.config.mjs', 'eslint-run.mjs'])
    cpSync(at('build/scan/tools', name), join(scanners, name));
  const text = execFileSync(node, [join(scanners, 'eslint-run.mjs'), at()], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  /** @type {{ files: number, findings: Finding[] }} */
  const { files, findings } = JSON.parse(text);
  const named = findings.map((one) => ({
    ...one,
    file: relative(at(), one.file).split(sep).join('/'),
  }));
  return { files, findings: named };
}

const looked = { eslint: eslint(), electronegativity: electronegativity(scanners, node) };
const all = Object.values(looked).flatMap(({ findings }) => findings);
const keyOf = (/** @type {{ rule: string, file: string }} */ one) => `${one.rule} ${one.file}`;
let failed = 0;
for (const [name, { files }] of Object.entries(looked)) {
  // A scanner that looked at nothing, or missed the fault that was planted for it, finds nothing.
  if (files < 10) failed++;
  console.log(`${files < 10 ? 'FAIL' : 'ok  '} ${name}: ${files} files`);
}
for (const key of new Set([...all.map(keyOf), ...justified.map(keyOf)])) {
  const found = all.filter((one) => keyOf(one) === key);
  const allowed = justified.find((one) => keyOf(one) === key)?.count ?? 0;
  if (found.length === allowed) continue;
  failed++;
  console.log(`FAIL ${key}: ${found.length} found, ${allowed} justified`);
  for (const { line, message } of found) console.log(`     line ${line}: ${message}`);
}
console.log(
  `${all.length} findings, ${failed === 0 ? 'all justified' : `${failed} kinds not as justified`}`,
);
process.exitCode = failed === 0 ? 0 : 1;
