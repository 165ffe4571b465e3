import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openCurrent } from '../../migrations/open-current';
import { MIGRATIONS } from '../../migrations/run';
import { openWritable } from '../../sqlcipher';
import { MASTER } from '../fixture';
import { LONG, QUICK } from './long';

/** Upgrades the slice of an office and says how far it is, line by line, to be killed meanwhile. */
const path = join(process.argv[2] ?? '', 'slice.db');
const say = (text: string): void => void writeSync(1, `${text}\n`);
let hasBegun = false;
openCurrent({
  kind: 'slice',
  path,
  key: MASTER.slice,
  isNew: false,
  isDurable: false,
  migrations: [...MIGRATIONS.slice, QUICK, LONG],
  tell: (done, total) => {
    if (!hasBegun) say(`begins ${countDone()}`);
    hasBegun = true;
    say(`${done} ${total}`);
  },
}).close();

/** Rows that have their new value, seen from outside. */
function countDone(): number {
  const db = openWritable({ path, key: MASTER.slice, mayCreate: false, isDurable: false });
  const rows = db.value({
    text: 'select (select count(*) from certificate where "extra" is not null) + (select count(*) from training where "extra" is not null)',
    values: [],
  });
  db.close();
  return Number(rows);
}
