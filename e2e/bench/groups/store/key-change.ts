import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fieldKeyVersion } from '../../../../electron/crypto/field-keys';
import { resealAll } from '../../../../electron/main/services/rotation/reseal-run';
import { dataPaths } from '../../../../electron/platform/paths';
import { Rekey } from '../../../../electron/store/rekey/rekey';
import { openWritable } from '../../../../electron/store/sqlcipher';
import { freshFolder } from '../../frame/folders';
import { median, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { OpenDesk } from '../../real/desk';
import type { BenchOffice } from '../../real/office';
import { openDatabase } from '../../rivals/database';

const RUNS = 3;

async function rekeyMs(from: string, to: string, key: Buffer): Promise<number> {
  copyFileSync(from, to);
  const db = openWritable({ path: to, key, mayCreate: false, isDurable: false });
  return timeMs(async () => {
    const rekey = Rekey.begin({ path: to, kind: 'slice', key, next: randomBytes(32) });
    await rekey.prepare(() => undefined);
    rekey.swap(db, () => '');
    await rekey.eraseOld();
  });
}

/** The engine's own change of key: in place, outside WAL, nothing proven, the file lost by a kill in the middle. */
function engineRekeyMs(from: string, to: string, key: Buffer): Promise<number> {
  copyFileSync(from, to);
  const db = openDatabase(to, { isEncrypted: true, cacheMb: 256, key });
  db.pragma('journal_mode=DELETE');
  const next = Buffer.from(`x'${randomBytes(32).toString('hex')}'`, 'latin1');
  return timeMs(() => {
    (db as unknown as { rekey(key: Buffer): number }).rekey(next);
    db.close();
  });
}

/** A change of the slice's key, proof and overwriting of the old file included. */
async function rekey(report: Report, { desk }: BenchOffice, rows: number): Promise<void> {
  const folder = freshFolder('rekey');
  const from = desk.paths.slice;
  const key = Buffer.from(desk.keys.copy('slice'));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    theirs.push(await engineRekeyMs(from, join(folder, `engine-${run}.db`), key));
    ours.push(await rekeyMs(from, join(folder, `ours-${run}.db`), key));
  }
  key.fill(0);
  const megabytes = statSync(from).size / 1e6;
  const perSecond = (amount: number, ms: number) => (amount / ms) * 1_000;
  report.add('store.rekey.mb_per_s', perSecond(megabytes, median(ours)), {
    name: 'the engine’s rekey in place, unproven',
    value: perSecond(megabytes, median(theirs)),
  });
  report.add('store.rekey.rows_per_s', perSecond(rows, median(ours)), null, 'rows/s');
}

/** Every sealed value under the next field key, in a store that runs; persons and sealed numbers. */
async function reseal(report: Report, { desk }: BenchOffice): Promise<void> {
  const folder = freshFolder('reseal');
  cpSync(dirname(desk.paths.officeDir), folder, { recursive: true });
  const { keys } = desk;
  const open = await OpenDesk.open({ ...desk, paths: dataPaths(folder) }, false);
  const fieldNext = randomBytes(32);
  keys.change({ fieldNext });
  const ingest = await open.startIngest();
  let resealed = 0;
  try {
    const ms = await timeMs(() =>
      resealAll({
        store: open.store,
        ingest,
        version: fieldKeyVersion(fieldNext),
        signal: new AbortController().signal,
        onStep: (_looked, rows) => {
          resealed += rows;
        },
      }),
    );
    report.add('store.reseal.rows_per_s', (resealed / ms) * 1_000, null, 'rows/s');
  } finally {
    keys.change({ fieldNext: null });
    await ingest.end();
    await open.close();
  }
}

/** What a rotation of all keys costs. */
export async function keyChange(report: Report, office: BenchOffice, rows: number): Promise<void> {
  await rekey(report, office, rows);
  await reseal(report, office);
}
