import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../launcher';
import { newestVersion } from '../migrations/run';
import { TreePage } from '../pages/btree';
import { PageFile } from '../pages/page-file';
import { Survey } from '../pages/survey';
import type { Diagnosis } from '../recovery/calls';
import { sql } from '../sql/tag';
import { openReadable, openWritable } from '../sqlcipher';
import { walkLivePages, walkPages } from '../walk-pages';
import { MASTER } from './fixture';
import { buildStore, launch, loadSet, newOffice, openStore } from './rig';
import { makeSet } from './rows';

const PAGE = 4096;
let entry: string;
let remove: () => void;
let office: string;
const kept = newOffice();
const set = makeSet(400, 3);
const FILES = ['journal.db', 'slice.db'] as const;

/** A journal with many entries, long payloads, commands and rows without rowid; a slice of 400 holders. */
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  const { store } = await openStore(entry, office);
  expect((await loadSet(store, set)).isEqual).toBe(true);
  for (let i = 0; i < 300; i++) {
    const payload = { n: i, text: '查询'.repeat(i % 50 === 0 ? 3000 : 10) };
    await store.call('auditAppend', { kind: 'query', actor: 'u1', payload });
  }
  await store.call('close', {});
  const path = join(office, 'journal.db');
  const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
  db.transaction(() => {
    for (let i = 1; i <= 200; i++) {
      const sealed = 'b'.repeat(i % 40 === 0 ? 9000 : 300);
      const verdict = i <= 50 ? 'accepted' : null;
      db.run(
        sql`insert into outbox values (${i}, ${`k${i}`}, 'correction', 'u1', null, ${sealed}, ${i}, null, 'sig', ${verdict}, null, null)`,
      );
      db.run(
        sql`insert into batch_row values (${`b${i % 3}`}, ${i}, ${'王伟'.repeat(30)}, 'valid', ${i})`,
      );
      db.run(sql`insert into fact values (${`name.${i}`}, ${'v'.repeat(100)})`);
    }
  });
  db.checkpoint();
  db.close();
  for (const file of FILES) copyFileSync(join(office, file), join(kept, file));
});
afterAll(() => {
  remove();
  for (const dir of [office, kept]) rmSync(dir, { recursive: true, force: true });
});

function restore(): void {
  for (const file of FILES) {
    rmSync(join(office, `${file}-wal`), { force: true });
    rmSync(join(office, `${file}-shm`), { force: true });
    copyFileSync(join(kept, file), join(office, file));
  }
}

function flip(path: string, page: number, at = 100): void {
  const bytes = readFileSync(path);
  const index = (page - 1) * PAGE + at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

async function diagnosed(): Promise<Diagnosis> {
  const store: StoreClient = launch(entry);
  try {
    return await store.call('diagnose', {
      officeDir: office,
      keys: { journal: Uint8Array.from(MASTER.journal), slice: Uint8Array.from(MASTER.slice) },
    });
  } finally {
    store.kill();
  }
}

/** What every row of a whole file is, by table, as the engine reads it. */
function allRows(table: string): Map<string, readonly unknown[]> {
  const path = join(kept, 'journal.db');
  const db = openReadable({ path, key: MASTER.journal });
  const rows = db.all({ text: `select * from "${table}"`, values: [] });
  db.close();
  return new Map(
    rows.map((row) => [
      JSON.stringify(row.slice(0, 2)),
      row.map((value) => (value instanceof Uint8Array ? new Uint8Array(value) : value)),
    ]),
  );
}

/** The pages that each row of a table lies on, its overflow pages too, by the row's first two values. */
function placesOf(pages: PageFile, survey: Survey, table: string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const isKeyed = table === 'batch_row';
  for (const number of survey.pagesOf(table)) {
    const tree = TreePage.parse(pages.page(number) ?? Buffer.alloc(PAGE), number);
    for (const cell of tree?.cells ?? []) {
      const on = [number];
      for (let next = tree?.overflowOf(cell) ?? 0; next !== 0; ) {
        on.push(next);
        next = pages.page(next)?.readUInt32BE(0) ?? 0;
      }
      const values = tree?.record(pages, cell) ?? [];
      const [first, second] = values;
      const isAlias = !isKeyed && first === null;
      places.set(JSON.stringify([isAlias ? cell.rowid : first, second]), on);
    }
  }
  return places;
}

describe('diagnosis', () => {
  // Would catch: whole files called damaged, or counts that are not the file's.
  it('finds nothing in whole files and counts what is there', async () => {
    restore();
    const { journal, slice, content } = await diagnosed();
    const version = newestVersion('journal');
    expect(journal).toMatchObject({ state: 'intact', damagedPages: 0, isSound: true, version });
    expect(slice).toMatchObject({ state: 'intact', damagedPages: 0, isSound: true });
    expect(slice?.readableRows.person).toBe(set.person.length);
    expect(content?.audit).toMatchObject({ entries: 301, isIntact: true, firstFault: null });
    expect(content?.outbox).toEqual({ readable: 200, unsent: 150 });
    for (const file of FILES)
      expect(readFileSync(join(office, file)).equals(readFileSync(join(kept, file)))).toBe(true);
  });

  // Would catch: a flipped page of some kind of table that is overlooked, or laid to another table.
  it('names the table and the ids of a damaged page of every table', async () => {
    restore();
    const pages = new PageFile(join(kept, 'slice.db'), MASTER.slice);
    const owner = new Map<string, { page: number; ids: number[] }>();
    const survey = new Survey(pages, 'slice', []);
    for (const table of ['person', 'certificate', 'event', 'training', 'exam', 'company', 'name']) {
      const [number] = survey.pagesOf(table).slice(-1);
      if (number === undefined) throw new Error(`no page of ${table}`);
      const tree = TreePage.parse(pages.page(number) ?? Buffer.alloc(PAGE), number);
      owner.set(table, { page: number, ids: (tree?.cells ?? []).map((cell) => cell.rowid) });
    }
    pages.close();
    for (const { page } of owner.values()) flip(join(office, 'slice.db'), page);
    const { slice, journal } = await diagnosed();
    expect(journal.state).toBe('intact');
    expect(slice).toMatchObject({ state: 'damaged', damagedPages: owner.size });
    for (const [table, { page, ids }] of owner) {
      const part = slice?.parts.find((one) => one.page === page);
      expect(part).toMatchObject({ table, part: 'rows' });
      for (const id of ids) {
        expect(id).toBeGreaterThan(part?.after ?? -1);
        expect(id).toBeLessThanOrEqual(part?.until ?? Number.MAX_SAFE_INTEGER);
      }
    }
  });

  // Would catch: a file that is cut off, gone, foreign or newer told as something else.
  it('tells missing, cut, foreign and newer files apart', async () => {
    restore();
    rmSync(join(office, 'slice.db'));
    truncateSync(join(office, 'journal.db'), 60 * PAGE + 77);
    const first = await diagnosed();
    expect(first.slice?.state).toBe('missing');
    expect(first.journal.state).toBe('damaged');
    expect(first.content?.audit.entries).toBeGreaterThan(0);
    restore();
    copyFileSync(join(kept, 'journal.db'), join(office, 'slice.db'));
    writeFileSync(join(office, 'journal.db'), 'short');
    const second = await diagnosed();
    expect(second.slice?.state).toBe('foreign');
    expect(second.journal.state).toBe('damaged');
    restore();
    const path = join(office, 'slice.db');
    const db = openWritable({ path, key: MASTER.slice, mayCreate: false, isDurable: false });
    db.exec('pragma user_version = 9990');
    db.close();
    expect((await diagnosed()).slice).toMatchObject({ state: 'newer', version: 9990 });
  });

  // Would catch: rows in the write-ahead log that a walk or a salvage does not see.
  it('reads what only the log holds, and sees a damaged log', async () => {
    restore();
    const path = join(office, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    db.setWalPages(0);
    for (let i = 0; i < 20; i++)
      db.run(sql`insert into fact values (${`late.${i}`}, ${'w'.repeat(900)})`);
    const wal = readFileSync(`${path}-wal`);
    const main = readFileSync(path);
    db.close();
    writeFileSync(path, main);
    writeFileSync(`${path}-wal`, wal);
    expect((await walkLivePages(path, MASTER.journal, async () => true))?.faults).toEqual([]);
    const pages = new PageFile(path, MASTER.journal);
    const names = [...new Survey(pages, 'journal', []).rows('fact')].map((row) => row.values[0]);
    pages.close();
    expect(names.filter((name) => String(name).startsWith('late.'))).toHaveLength(20);
    const broken = Buffer.from(wal);
    const at = 32 + 24 + 500;
    broken[at] = (broken[at] ?? 0) ^ 1;
    writeFileSync(`${path}-wal`, broken);
    expect((await diagnosed()).journal.state).toBe('damaged');
  });
});

describe('rows of a damaged journal', () => {
  // Would catch: a row on a whole page that is not found, or is found changed, whichever pages are damaged.
  it('are all found but for those on the damaged pages', () => {
    const path = join(office, 'journal.db');
    const total = readFileSync(join(kept, 'journal.db')).length / PAGE;
    const tables = ['audit', 'outbox', 'batch_row', 'fact'] as const;
    const whole = new Map(tables.map((table) => [table, allRows(table)]));
    const undamaged = new PageFile(join(kept, 'journal.db'), MASTER.journal);
    const map = new Survey(undamaged, 'journal', []);
    const places = new Map(tables.map((table) => [table, placesOf(undamaged, map, table)]));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: total }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: PAGE - 1 }),
        (damaged, at) => {
          restore();
          for (const page of damaged) flip(path, page, at);
          const { faults } = walkPages(path, MASTER.journal);
          const pages = new PageFile(path, MASTER.journal);
          const isSaltLost = damaged.includes(1) && at < 16;
          if (!isSaltLost) expect(faults).toEqual([...damaged].sort((a, b) => a - b));
          const survey = new Survey(pages, 'journal', faults);
          for (const table of tables) {
            // Without the salt nothing tells a changed page from a whole one; the rows prove themselves.
            if (isSaltLost && damaged.length > 1) continue;
            const found = new Map(
              [...survey.rows(table)].map((row) => [JSON.stringify(row.values.slice(0, 2)), row]),
            );
            for (const [key, row] of found) expect(row.values).toEqual(whole.get(table)?.get(key));
            const lost = isSaltLost ? new Set<number>() : new Set(damaged);
            for (const [key] of whole.get(table) ?? [])
              if (
                !places
                  .get(table)
                  ?.get(key)
                  ?.some((page) => lost.has(page))
              )
                expect(found.has(key), `${table} ${key}`).toBe(true);
          }
          pages.close();
        },
      ),
      { numRuns: 40 },
    );
    undamaged.close();
    expect(existsSync(path)).toBe(true);
  });
});
