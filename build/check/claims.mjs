// Every claim of the threat model names the tests that would notice if it stopped holding (e2e/specs/security/claims.json),
// and every test that is named is there: one that is renamed or taken away takes its claim along unseen.
import { existsSync, readFileSync } from 'node:fs';
import { at } from '../paths.mjs';

const MODEL = 'e2e/specs/security/THREAT-MODEL.md';
const TABLE = 'e2e/specs/security/claims.json';

/** @type {string[]} */
const faults = [];
/** @type {Map<string, string | null>} */
const texts = new Map();

/** @param {string} file */
function textOf(file) {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const text = existsSync(at(file)) ? readFileSync(at(file), 'utf8') : null;
  texts.set(file, text);
  return text;
}

/** @type {{ claims: { attacker: string, holds: string, tests: { file: string, test: string }[] }[] }} */
const { claims } = JSON.parse(readFileSync(at(TABLE), 'utf8'));
const model = readFileSync(at(MODEL), 'utf8');
for (const { attacker, holds, tests } of claims) {
  if (tests.length === 0) faults.push(`no test for: ${attacker}: ${holds}`);
  for (const { file, test } of tests) {
    const text = textOf(file);
    if (text === null) faults.push(`no file ${file}, for: ${attacker}: ${holds}`);
    // As the title of a test, never in a comment or another text.
    else if (!["'", '"', '`'].some((quote) => text.includes(`${quote}${test}${quote},`)))
      faults.push(`no test "${test}" in ${file}, for: ${attacker}: ${holds}`);
  }
}
// Whom the threat model's page names, in its own words.
const rows = model.match(/^\| [^|]+ \|/gmu) ?? [];
for (const attacker of new Set(claims.map((claim) => claim.attacker)))
  if (!rows.some((row) => row.startsWith(`| ${attacker}`)))
    faults.push(`${MODEL} has no row for: ${attacker}`);
for (const [, file = ''] of model.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)`/gu))
  if (textOf(file) === null) faults.push(`${MODEL} names what is not there: ${file}`);

for (const fault of faults) console.error(fault);
console.log(
  `${claims.length} claims, ${claims.reduce((sum, { tests }) => sum + tests.length, 0)} tests named`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
