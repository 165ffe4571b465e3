import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { StoreClient } from '../../launcher';
import { openReadable } from '../../sqlcipher';
import { walkPages } from '../../walk-pages';
import { MASTER } from '../fixture';
import { ask, buildStore, newOffice, openStore } from '../rig';
import { random } from '../rows';
import { Shim } from './shim';

const frozen = join(import.meta.dirname, '../fixtures/v10');
const PAGE = 4096;
const KINDS = ['journal', 'slice'] as const;

let entry: string;
let remove: () => void;
const offices: string[] = [];
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterEach(() => {
  for (const office of offices.splice(0)) rmSync(office, { recursive: true, force: true });
});
afterAll(() => remove());

function frozenOffice(): string {
  const office = newOffice();
  offices.push(office);
  for (const kind of KINDS) cpSync(join(frozen, `${kind}.db`), join(office, `${kind}.db`));
  return office;
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** Every row of every table, or the code with which the first unreadable table was refused. */
function readAll(path: string, key: Uint8Array): string {
  try {
    const db = openReadable({ path, key });
    try {
      const tables = db.all({
        text: "select name from sqlite_master where type = 'table' order by name",
        values: [],
      });
      return JSON.stringify(
        tables.map(([name]) => db.all({ text: `select * from "${String(name)}"`, values: [] })),
      );
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a damaged file', () => {
  // Would catch: a flipped page that our walk misses, or that a query answers with rows missing.
  it.each(KINDS)('%s: a flip in any page is found and never answered with fewer rows', (kind) => {
    const office = frozenOffice();
    const path = join(office, `${kind}.db`);
    const good = readFileSync(path);
    const whole = readAll(path, MASTER[kind]);
    const next = random(61);
    for (let page = 1; page <= good.length / PAGE; page++) {
      const bytes = Buffer.from(good);
      // Past the salt: damage there is told as a wrong key.
      const at = (page - 1) * PAGE + 16 + Math.floor(next() * (PAGE - 16));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 8));
      writeFileSync(path, bytes);
      expect(walkPages(path, MASTER[kind]).firstFault).toBe(page);
      const read = readAll(path, MASTER[kind]);
      // Pages of indexes and free ones are not read by a scan of the tables.
      if (read !== whole) expect(read, `page ${page}`).toBe('STORE_CORRUPT');
    }
  });

  // Would catch: a file cut off at some page that opens as if nothing were missing.
  it.each(KINDS)('%s: cut off at any page is refused', (kind) => {
    const office = frozenOffice();
    const path = join(office, `${kind}.db`);
    const good = readFileSync(path);
    const whole = readAll(path, MASTER[kind]);
    for (let pages = 0; pages < good.length / PAGE; pages++) {
      writeFileSync(path, good.subarray(0, pages * PAGE + (pages % 3) * 700));
      const read = readAll(path, MASTER[kind]);
      expect(read).not.toBe(whole);
      expect(read, `${pages} pages`).toBe('STORE_CORRUPT');
    }
  });

  // Would catch: a damaged page that ends the process or makes an answer shorter instead of failing it.
  it('fails the look-ups that need the page, and no others', async () => {
    const office = frozenOffice();
    const path = join(office, 'slice.db');
    const good = readFileSync(path);
    const inputs = [
      ['search.query', { text: '', filter: {}, offset: 0, limit: 200 }],
      ['search.query', { text: '王', filter: {}, offset: 0, limit: 50 }],
      ['records.certificate', { id: 1_000_100 }],
      ['boards.query', { filter: {}, day: 20_780 }],
    ] as const;
    const answers = async (store: StoreClient): Promise<string[]> => {
      const texts: string[] = [];
      for (const [route, input] of inputs) {
        const text = await ask<object>(store, route, input).then(
          (data) => JSON.stringify({ ...data, tookMs: 0 }),
          (error: unknown) => String((error as Error).message),
        );
        texts.push(text);
      }
      return texts;
    };
    const sound = await openStore(entry, office);
    const expected = await answers(sound.store);
    await sound.store.call('close', {});
    const next = random(62);
    let failed = 0;
    for (let nth = 0; nth < 8; nth++) {
      const page = 2 + Math.floor(next() * (good.length / PAGE - 2));
      const bytes = Buffer.from(good);
      const at = (page - 1) * PAGE + Math.floor(next() * PAGE);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      writeFileSync(path, bytes);
      const { store, state } = await openStore(entry, office);
      if (state.fault !== undefined) {
        expect(state.fault.code).toBe('STORE_CORRUPT');
        failed++;
      } else {
        const given = await answers(store);
        given.forEach((text, i) => {
          if (text === expected[i]) return;
          expect(text).toBe('STORE_CORRUPT');
          failed++;
        });
      }
      // The journal is another file: acts go on.
      await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: { nth } });
      await store.call('close', {}).catch(() => undefined);
      store.kill();
    }
    expect(failed).toBeGreaterThan(0);
  });
});

describe('a log left behind', () => {
  /** An office whose journal's last entries are only in the log of a killed process. */
  async function withLog(): Promise<{ office: string; entries: number }> {
    const office = frozenOffice();
    const { store } = await openStore(entry, office);
    for (let i = 0; i < 12; i++)
      await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: { i } });
    const { entries } = await store.call('auditVerify', {});
    const ended = new Promise<void>((resolve) => store.onExit(() => resolve()));
    store.kill();
    await ended;
    return { office, entries };
  }
  const reopen = async (office: string): Promise<number | string> => {
    try {
      const { store } = await openStore(entry, office);
      const audit = await store.call('auditVerify', {});
      await store.call('close', {});
      expect(audit.isIntact).toBe(true);
      return audit.entries;
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    }
  };

  // Would catch: acknowledged acts that are dropped without a word because a byte of the log went bad.
  it('is taken whole or told as damaged', async () => {
    const { office, entries } = await withLog();
    const kept = join(office, '..', `kept-${entries}-${process.pid}`);
    offices.push(kept);
    cpSync(office, kept, { recursive: true });
    const log = readFileSync(join(kept, 'journal.db-wal'));
    const restore = (bytes: Buffer): void => {
      rmSync(office, { recursive: true, force: true });
      cpSync(kept, office, { recursive: true });
      rmSync(join(office, 'journal.db-shm'), { force: true });
      writeFileSync(join(office, 'journal.db-wal'), bytes);
    };
    restore(log);
    expect(await reopen(office)).toBe(entries);
    const next = random(63);
    let told = 0;
    for (let nth = 0; nth < 14; nth++) {
      const bytes = Buffer.from(log);
      const at = nth < 3 ? nth * 9 : Math.floor(next() * log.length);
      bytes[at] = (bytes[at] ?? 0) ^ 2;
      restore(bytes);
      const found = await reopen(office);
      if (found === 'STORE_CORRUPT') {
        told++;
        // Not a byte is changed by the refusal: the log is what a salvage reads.
        expect(readFileSync(join(office, 'journal.db-wal')).equals(bytes)).toBe(true);
      } else if (found !== entries) {
        // Only the last commit can go without a trace after it.
        expect(at).toBeGreaterThan(log.length * 0.8);
      }
    }
    expect(told).toBeGreaterThan(3);
  });

  // Would catch: a log cut off anywhere that makes a mixture of states, or that is taken where acts are known to be gone.
  it('cut off anywhere is told, or is a state that was where nobody noted its end', async () => {
    const { office, entries } = await withLog();
    const kept = `${office}-kept`;
    offices.push(kept);
    cpSync(office, kept, { recursive: true });
    const log = readFileSync(join(kept, 'journal.db-wal'));
    for (let nth = 1; nth <= 5; nth++) {
      rmSync(office, { recursive: true, force: true });
      cpSync(kept, office, { recursive: true });
      rmSync(join(office, 'journal.db-shm'), { force: true });
      writeFileSync(
        join(office, 'journal.db-wal'),
        log.subarray(0, Math.floor((log.length * nth) / 6)),
      );
      if (nth % 2 === 0) {
        expect(await reopen(office)).toBe('STORE_CORRUPT');
        continue;
      }
      rmSync(join(office, 'journal.db-kept'));
      const found = await reopen(office);
      expect(Number(found)).toBeGreaterThanOrEqual(entries - 12);
      expect(Number(found)).toBeLessThanOrEqual(entries);
    }
  });

  // Would catch: another file's log taken for this one's, and pages of the one written into the other.
  it('of another file is refused', async () => {
    const { office } = await withLog();
    const other = await withLog();
    copyFileSync(join(other.office, 'journal.db-wal'), join(office, 'slice.db-wal'));
    const slice = readFileSync(join(office, 'slice.db'));
    const { store, state } = await openStore(entry, office);
    expect(state.fault?.code).toBe('STORE_CORRUPT');
    await store.call('close', {});
    expect(readFileSync(join(office, 'slice.db')).equals(slice)).toBe(true);
  });
});

describe('two at once', () => {
  // Would catch: a second process that opens, changes or locks out the first; a lock that outlives its holder.
  it('the second is refused and does no harm', async () => {
    const office = frozenOffice();
    const first = await openStore(entry, office);
    const before = readdirSync(office).sort();
    expect(await codeOf(openStore(entry, office))).toBe('STORE_IN_USE');
    expect(readdirSync(office).sort()).toEqual(before);
    await first.store.call('auditAppend', { kind: 'act', actor: 'u1', payload: {} });
    expect((await first.store.call('auditVerify', {})).isIntact).toBe(true);
    const ended = new Promise<void>((resolve) => first.store.onExit(() => resolve()));
    first.store.kill();
    await ended;
    const third = await openStore(entry, office);
    expect((await third.store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    await third.store.call('close', {});
  });
});

describe('a clock that is wrong', () => {
  // Would catch: an office that does not open, loses its order or its chain when the clock is decades off.
  it.each([18_000, -9_000, 0])('by %i days', async (days) => {
    const office = frozenOffice();
    const shim = new Shim();
    try {
      shim.setClock(days);
      const { store } = await openStore(entry, office, { nodePath: shim.nodePath });
      const { entries } = await store.call('auditVerify', {});
      const one = await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: {} });
      shim.setClock(-days);
      const two = await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: {} });
      expect([one.seq, two.seq]).toEqual([entries + 1, entries + 2]);
      await ask(store, 'search.query', { text: '王', filter: {}, offset: 0, limit: 1 });
      expect(await store.call('auditVerify', {})).toMatchObject({
        isIntact: true,
        entries: entries + 3,
      });
      expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
      await store.call('close', {});
      const db = openReadable({ path: join(office, 'journal.db'), key: MASTER.journal });
      const [first] = db.all({
        text: 'select atMs from audit where seq = ?',
        values: [one.seq],
      });
      db.close();
      // The wall clock is written down as it was: the order is the chain's.
      expect((Number(first?.[0]) - Date.now()) / 86_400_000).toBeCloseTo(days, 1);
    } finally {
      shim.remove();
    }
  });
});
