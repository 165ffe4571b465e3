import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { WritableDb } from '../../../electron/store/database';
import { SLICE_0010 } from '../../../electron/store/migrations/slice/0010-first';
import { writeRows } from '../../../electron/store/slice/row-writer';
import { sql } from '../../../electron/store/sql/tag';
import { openReadable, openWritable } from '../../../electron/store/sqlcipher';
import { freshFolder } from '../frame/folders';
import { median, percentile, sample, timeMs } from '../frame/measure';
import type { Report } from '../frame/report';
import { OpenDesk } from '../real/desk';
import { loadFromFiles } from '../real/load-from-files';
import type { BenchOffice } from '../real/office';
import { readSegment, type SegmentFile, type TransportKeys } from '../real/segment-file';
import { openDatabase } from '../rivals/database';
import type { BenchGroup } from './context';
import { keyChange } from './store/key-change';
import { pageWalk } from './store/page-walk';

const RUNS = 5;
const LOOKUPS = 20_000;
const CACHE_MB = 256;
const MAX_INSERTED_ROWS = 200_000;
const noNames = { idOf: () => 0 };

/** Two files of the same engine with the same rows: one encrypted as the product does, one not. */
interface Pair {
  readonly encrypted: WritableDb;
  readonly plain: WritableDb;
}

function openPair(folder: string, run: number, key: Buffer): Pair {
  const options = { cacheMb: CACHE_MB, mayCreate: true, isDurable: false };
  const path = join(folder, `encrypted-${run}.db`);
  const plainPath = join(folder, `plain-${run}.db`);
  const plain = openDatabase(plainPath, { isEncrypted: false, cacheMb: CACHE_MB });
  const pair = {
    encrypted: openWritable({ ...options, path, key }),
    plain: new WritableDb(plain, plainPath),
  };
  for (const db of [pair.encrypted, pair.plain]) db.exec(SLICE_0010.script);
  return pair;
}

type Blocks = readonly Parameters<typeof writeRows>[1][];

function certificateBlocks(segments: readonly SegmentFile[], keys: TransportKeys): Blocks {
  const blocks: Parameters<typeof writeRows>[1][] = [];
  let rows = 0;
  for (const file of segments.filter(({ entity }) => entity === 'certificate')) {
    if (rows >= MAX_INSERTED_ROWS) break;
    const { ids, block } = readSegment(file, keys);
    blocks.push({
      entity: 'certificate',
      ids,
      revs: block.revs,
      columns: block.columns,
      sealed: null,
    });
    rows += ids.length;
  }
  return blocks;
}

function insertAll(db: WritableDb, blocks: Blocks): void {
  for (const block of blocks) db.transaction(() => writeRows(db, block, noNames, 'insert'));
  db.checkpoint();
}

function lookUpUs(db: WritableDb, ids: readonly number[]): number {
  for (const id of ids) db.get(sql`select * from certificate where id = ${id}`);
  const start = performance.now();
  for (const id of ids) db.get(sql`select * from certificate where id = ${id}`);
  return ((performance.now() - start) * 1_000) / ids.length;
}

function scanMs(db: WritableDb): number {
  const scan = () =>
    db.value(sql`select count(*) from certificate where number like '%7%' or region > 0`);
  scan();
  const start = performance.now();
  scan();
  return performance.now() - start;
}

/** Interleaves both sides, so that what else the machine does weighs on both; answers medians. */
async function compare(
  runs: number,
  side: (isEncrypted: boolean, run: number) => number | Promise<number>,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < runs; run++) {
    theirs.push(await side(false, run));
    ours.push(await side(true, run));
  }
  return { ours: median(ours), theirs: median(theirs) };
}

async function engine(report: Report, { segments, transport }: BenchOffice): Promise<void> {
  const blocks = certificateBlocks(segments, transport);
  const ids = blocks.flatMap((block) => block.ids);
  const folder = freshFolder('store');
  const key = randomBytes(32);
  const pairs = Array.from({ length: RUNS }, (_, run) => openPair(folder, run, key));
  const [first] = pairs;
  if (first === undefined) return;
  const insert = await compare(RUNS, (isEncrypted, run) => {
    const { encrypted, plain } = pairs[run] ?? first;
    return timeMs(() => insertAll(isEncrypted ? encrypted : plain, blocks));
  });
  const perSecond = (ms: number) => (ids.length / ms) * 1_000;
  const name = 'same engine, unencrypted';
  report.add('store.insert', perSecond(insert.ours), { name, value: perSecond(insert.theirs) });
  const some = sample(ids, LOOKUPS, 5);
  const lookup = await compare(RUNS, (isEncrypted) =>
    lookUpUs(isEncrypted ? first.encrypted : first.plain, some),
  );
  report.add('store.lookup', lookup.ours, { name, value: lookup.theirs });
  const scan = await compare(RUNS, (isEncrypted) =>
    scanMs(isEncrypted ? first.encrypted : first.plain),
  );
  report.add('store.scan', scan.ours, { name, value: scan.theirs });
  for (const { encrypted, plain } of pairs) {
    encrypted.close();
    plain.close();
  }
}

/** The load of a first sync from the disk, with and without the reveal boundary. */
async function sealing(report: Report, bench: BenchOffice, rows: number): Promise<void> {
  const runs = { on: [] as number[], off: [] as number[], 'plain-fragments': [] as number[] };
  for (let run = 0; run < 3; run++)
    for (const boundary of ['off', 'plain-fragments', 'on'] as const)
      runs[boundary].push(await loadFromFiles(bench, boundary));
  const perSecond = (samples: number[]) => (rows / median(samples)) * 1_000;
  report.add('store.seal', perSecond(runs.on), {
    name: 'the same load, values in plain, no tags',
    value: perSecond(runs.off),
  });
  report.add('store.seal.same_searches', perSecond(runs.on), {
    name: 'the same, fragments in plain and indexed',
    value: perSecond(runs['plain-fragments']),
  });
}

/** From keys at hand to the first answer of a search, process start and all. */
async function unlock(report: Report, { desk, texts }: BenchOffice): Promise<void> {
  const ours: number[] = [];
  const named: number[] = [];
  const theirs: number[] = [];
  const search = { filter: {}, offset: 0, limit: 50 };
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const open = await OpenDesk.open(desk, false);
    await open.ask('search.query', { ...search, text: texts.exact[run] ?? '' });
    ours.push(performance.now() - start);
    await open.ask('search.query', { ...search, text: texts.name[run] ?? '' });
    named.push(performance.now() - start);
    await open.close();
    theirs.push(
      await timeMs(() => {
        const db = openReadable({ path: desk.paths.slice, key: desk.keys.copy('slice') });
        db.get(sql`select * from certificate where number = ${texts.exact[run] ?? ''}`);
        db.close();
      }),
    );
  }
  const name = 'open with raw key, one look-up';
  report.add('unlock.ms', median(ours), { name, value: median(theirs) });
  report.add('unlock.name_search_ms', percentile(named, 0.5), null, 'ms');
}

/** The encrypted store against the same engine without encryption. */
export const store: BenchGroup = {
  async run({ report, rows, office }) {
    const bench = await office();
    await engine(report, bench);
    await sealing(report, bench, rows);
    await unlock(report, bench);
    await pageWalk(report, bench);
    await keyChange(report, bench, rows);
  },
};
