// Every file that a whole run leaves out is there: one that was renamed would come back into the run unseen, or be left
// out of the proof.
import { existsSync } from 'node:fs';
import { at } from '../paths.mjs';
import { longFilesOf } from '../test/long.mjs';

const missing = [...longFilesOf('int'), ...longFilesOf('e2e')].filter(
  (file) => !existsSync(at(file)),
);
for (const file of missing) console.error(`build/test/long.json names what is not there: ${file}`);
process.exitCode = missing.length > 0 ? 1 : 0;
