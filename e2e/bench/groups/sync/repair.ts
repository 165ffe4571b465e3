import { nextBatch } from '../../../../electron/main/services/deep-check/deep-steps';
import { STEPS } from '../../../../electron/main/services/deep-check/round';
import { ProgressMeter } from '../../../../electron/main/services/sync/progress';
import { RepairLine } from '../../../../electron/main/services/sync/repair/repair-line';
import { repairSlice } from '../../../../electron/main/services/sync/repair/repair-run';
import type { WritableDb } from '../../../../electron/store/database';
import { sql } from '../../../../electron/store/sql/tag';
import { openWritable } from '../../../../electron/store/sqlcipher';
import type { Report } from '../../frame/report';
import { type EnrolledDesk, OpenDesk } from '../../real/desk';
import type { BenchOffice } from '../../real/office';
import { syncMeasured } from '../../real/sync-measured';
import { WireMeter } from '../../real/wire-meter';

const { signal } = new AbortController();

/** One drifted row found and mended, and a whole round of the deep check. */
export async function repair(report: Report, { desk }: BenchOffice): Promise<void> {
  const url = new URL(desk.office.endpoints[0] ?? '');
  const meter = new WireMeter({ host: url.hostname, port: Number(url.port) });
  const port = await meter.listen();
  const open = await OpenDesk.open(desk, false, `https://${url.hostname}:${port}`);
  try {
    await syncMeasured(open);
    const known = await mend(open, meter, (db) => drift(db));
    // The forger also knows of the kept buckets: the server's tree has to be walked.
    const walked = await mend(open, meter, (db) => {
      drift(db);
      db.run(
        sql`delete from digest_bucket where entity = 3 and bucket = (select min(bucket) from digest_bucket where entity = 3)`,
      );
    });
    report.add('sync.repair.bytes_one_row', walked.bytes);
    report.note(
      `repair of one row: ${known.bytes} bytes both ways with the kept buckets, ${walked.bytes} by walking ` +
        `the server’s tree (${walked.requests} requests), TLS records and HTTP headers included; ` +
        `${Math.round(walked.ms)} ms, most of it the recomputation of every digest`,
    );
    await deep(report, open);
  } finally {
    await open.close();
    meter.close();
  }
}

/** One stored row that is not the server's any more. */
function drift(db: WritableDb): void {
  const id = Number(db.value(sql`select id from certificate order by id limit 1 offset 333`));
  db.run(sql`update certificate set validTo = validTo + 365 where id = ${id}`);
}

function tamper(desk: EnrolledDesk, act: (db: WritableDb) => void): void {
  const key = desk.keys.copy('slice');
  const db = openWritable({ path: desk.paths.slice, key, mayCreate: false, isDurable: false });
  try {
    act(db);
  } finally {
    db.close();
  }
}

async function mend(
  open: OpenDesk,
  meter: WireMeter,
  act: (db: WritableDb) => void,
): Promise<{ readonly bytes: number; readonly requests: number; readonly ms: number }> {
  const { store, access, desk } = open;
  tamper(desk, act);
  const ingest = await open.startIngest();
  try {
    // The connection is there already in a run that has just asked for changes.
    const head = await access.remote.head(signal);
    const before = meter.read();
    const start = performance.now();
    let requests = 0;
    const line = new RepairLine(access.line, () => requests++);
    const progress = new ProgressMeter('bench', Date.now, () => undefined);
    const parts = { store, remote: access.remote, line, ingest, progress, signal };
    const { buckets, rows } = await repairSlice(parts, head);
    if (buckets !== 1 || rows !== 1) throw new Error(`repaired ${rows} rows of ${buckets} buckets`);
    const after = meter.read();
    const bytes = after.down - before.down + after.up - before.up;
    const { isEqual } = await store.call('verify', { mode: 'quick' });
    if (!isEqual) throw new Error('the slice is not proven equal after the repair');
    return { bytes, requests, ms: performance.now() - start };
  } finally {
    await ingest.end();
  }
}

const LISTS = { areIssuersSound: async () => true, areMovesSound: async () => true };

/** All steps of a round without the rests between them. */
async function deep(report: Report, open: OpenDesk): Promise<void> {
  const ingest = await open.startIngest();
  const took: string[] = [];
  let rows = 0;
  const start = performance.now();
  try {
    for (const step of STEPS) {
      const stepMs = performance.now();
      for (let afterId = 0, isEnd = false; !isEnd; ) {
        const batch = await nextBatch(step, afterId, open.store, ingest, LISTS);
        if (Object.values(batch.found).some((count) => count > 0))
          throw new Error(`the deep check found something: ${JSON.stringify(batch.found)}`);
        ({ isEnd, lastId: afterId } = batch);
        if (step === 'rows') rows += batch.rows;
      }
      took.push(`${step} ${Math.round(performance.now() - stepMs)} ms`);
    }
  } finally {
    await ingest.end();
  }
  report.add('sync.verify.deep_rows_per_s', (rows / (performance.now() - start)) * 1_000);
  report.note(`deep check of ${rows} rows without rests: ${took.join(', ')}`);
}
