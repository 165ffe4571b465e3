// Every file and test that a whole run leaves out is there: a name that changed would come back into the run unseen, or
// be left out of both.
import { existsSync, readFileSync } from 'node:fs';
import { at } from '../paths.mjs';
import { long } from '../test/long.mjs';

const missing = [...Object.keys(long.files), ...Object.keys(long.tests)].filter(
  (file) => !existsSync(at(file)),
);
for (const [file, names] of Object.entries(long.tests)) {
  const text = missing.includes(file) ? '' : readFileSync(at(file), 'utf8');
  for (const name of names) if (!text.includes(`'${name}'`)) missing.push(`${file}: ${name}`);
}
for (const one of missing) console.error(`build/test/long.json names what is not there: ${one}`);
process.exitCode = missing.length > 0 ? 1 : 0;
