import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CERTIFICATE_KINDS } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { addMonths, dayOf, yearOf } from '../../../shared/kernel/day';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import { FIRST_LEDGER } from '../../../shared/protocol/statistics';
import { launchStore, type StoreClient } from '../launcher';
import { sql } from '../sql/tag';
import { openReadable } from '../sqlcipher';
import type { ChargeVerdict, StatisticsCalls, StatisticsGrant } from '../statistics-calls';
import { newPlace, orderOf, plantFiles, restoreOf } from './backup-rig';
import { matching } from './brute';
import { changeSet } from './changes';
import { MASTER, makeCheckpoint, SESSION } from './fixture';
import { buildStore, loadSet, newOffice, openStore, RULE_PACK } from './rig';
import { type FixtureSet, makeSet, TODAY } from './rows';

const parsed = parseRulePack(RULE_PACK);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;
const YEAR = yearOf(TODAY);

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;
let set: FixtureSet = makeSet(2_000, 77);
const folders: string[] = [];
const keep = (dir: string): string => {
  folders.push(dir);
  return dir;
};

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = keep(newOffice());
  plantFiles(office);
  ({ store } = await openStore(entry, office));
  expect((await loadSet(store, set)).isEqual).toBe(true);
}, 60_000);
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

/** People with a certificate in force under a filter, and their newest one of those: the slow and obvious way. */
function people(filter: Filter = {}) {
  const holders = new Map(set.certificate.map(({ id, public: row }) => [id, Number(row.holder)]));
  const force = matching(set, filter, SESSION.regions, TODAY, pack)
    .filter(({ answer }) => ['valid', 'expiring', 'review-due'].includes(answer.status))
    .map(({ row }) => row)
    .sort((a, b) => b.validFrom - a.validFrom || b.id - a.id);
  return [...new Map([...force].reverse().map((row) => [holders.get(row.id), row])).values()];
}

const month = (day: number): number => {
  let first = TODAY;
  while (dayOf(yearOf(first), 1, 1) !== first && addMonths(first, 1) !== nextFirst(first)) first--;
  for (let i = 1; i <= 24; i++) if (day < addMonths(first, i)) return i;
  return 0;
};
const nextFirst = (day: number): number => {
  for (let m = 2; m <= 12; m++) {
    const first = dayOf(yearOf(day), m, 1) ?? 0;
    if (first > day) return first;
  }
  return dayOf(yearOf(day) + 1, 1, 1) ?? 0;
};

const REGIONS = [110_105, 130_102, 0];

describe('a table of people', () => {
  // Would catch: a person who counts twice, or in the cell of an older certificate; a cell that misses what is in no
  // heading; a status or month by other dates than the desk's; a count of before a page that was taken over.
  it('equals what is counted from the rows one by one, also after a page of changes', async () => {
    for (const round of [1, 2]) {
      const all = people();
      const distinct = new Set(all.map(({ region }) => region));
      expect(distinct.size).toBeGreaterThan(2);
      const tables: readonly [
        StatisticsCalls['statisticsCount'][0],
        (row: (typeof all)[number]) => readonly [number, number],
      ][] = [
        [
          { table: 'region-industry', rows: REGIONS, columns: [47, 48, 0] },
          ({ region, industry }) => [region, industry],
        ],
        [
          {
            table: 'region-kind',
            rows: REGIONS,
            columns: [...Object.values(CERTIFICATE_KINDS), 0],
          },
          ({ region, kind }) => [region, kind],
        ],
        [
          {
            table: 'month',
            rows: [...Array.from({ length: 24 }, (_, i) => i + 1), 0],
            columns: [0],
          },
          ({ validTo }) => [month(validTo), 0],
        ],
      ];
      // Would also catch: a filter that a table passes over, or by which a person counts for another certificate's cell.
      const filters = [
        { regions: ['1101'] },
        { kinds: ['special-operation' as const], industries: [47, 48] },
      ];
      const under = filters.map((filter) => people(filter));
      expect(new Set([all, ...under].map(({ length }) => length)).size).toBe(3);
      const asked = tables.flatMap(
        ([question, cell]) =>
          [
            [question, cell, all],
            ...filters.map((filter, i) => [{ ...question, filter }, cell, under[i] ?? []] as const),
          ] as const,
      );
      for (const [question, cell, counted] of asked) {
        const { counts, day } = await store.call('statisticsCount', question);
        const place = (codes: readonly number[], code: number) =>
          codes.includes(code) ? codes.indexOf(code) : codes.indexOf(0);
        const brute = question.rows.map(() => question.columns.map(() => 0));
        for (const row of counted) {
          const [a, b] = cell(row);
          const line = brute[place(question.rows, a)] as number[];
          const at = place(question.columns, b);
          line[at] = (line[at] ?? 0) + 1;
        }
        expect(day).toBe(TODAY);
        expect(counts).toEqual(brute);
      }
      if (round === 2) return;
      const change = changeSet(set, 41, 1, 2, 300);
      const checkpoint = makeCheckpoint(change.set, 2);
      await store.call('applyPage', { page: change.page, sealed: change.sealed, checkpoint });
      set = change.set;
    }
  });
});

const TENTH = { numerator: 1, denominator: 10 };
const HALF: StatisticsGrant = {
  ledger: FIRST_LEDGER,
  year: YEAR,
  share: { numerator: 500, denominator: 1_000 },
};

function pay(
  key: string,
  { grant = HALF, year = YEAR, isAsked = false, of = store } = {},
): Promise<ChargeVerdict> {
  const charge = { key, year, epsilon: TENTH, table: 'month', atMs: 1 } as const;
  const audit = { kind: 'statistics-release', actor: 'u1', payload: { key } };
  return of
    .call('statisticsCharge', { charge, grant, audit, isAsked })
    .then(({ verdict }) => verdict);
}

describe('the ledger of releases', () => {
  // Would catch: two calls at once that both take the last part of a share, a question that is paid for twice, a
  // release without its entry in the log, a preview that spends.
  it('is never overdrawn by races, and asks once for one question', async () => {
    expect(await pay('asked', { isAsked: true })).toBe('charged');
    const same = await Promise.all(Array.from({ length: 6 }, () => pay('same')));
    expect(same.filter((verdict) => verdict === 'charged').length).toBe(1);
    expect(same.filter((verdict) => verdict === 'free').length).toBe(5);
    const others = await Promise.all(Array.from({ length: 12 }, (_, i) => pay(`other-${i}`)));
    expect(others.filter((verdict) => verdict === 'charged').length).toBe(4);
    expect(others.filter((verdict) => verdict === 'refused').length).toBe(8);
    expect(await pay('same')).toBe('free');
    const { charges, ledger } = await store.call('statisticsLedger', {});
    expect([charges.length, ledger]).toEqual([5, FIRST_LEDGER]);
  });

  // Would catch: figures that left and are not written down after a kill, a share that is whole again after a restart.
  it('survives a kill', async () => {
    const dies = new Promise<void>((resolve) => store.onExit(() => resolve()));
    const last = await pay('same');
    store.kill();
    await dies;
    expect(last).toBe('free');
    ({ store } = await openStore(entry, office, { create: false }));
    expect((await store.call('statisticsLedger', {})).charges.length).toBe(5);
    expect(await pay('after')).toBe('refused');
    expect(await pay('same')).toBe('free');
    const journal = openReadable({ path: join(office, 'journal.db'), key: MASTER.journal });
    // One charged and five free, four others, and three times free afterwards.
    expect(journal.value(sql`select count(*) from audit where kind = 'statistics-release'`)).toBe(
      13,
    );
    journal.close();
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });

  // Would catch: a clock set back that opens the year before; a share of another year.
  it('takes a share for its own year only, and no year before one that was paid in', async () => {
    const next = { ...HALF, year: YEAR + 1 };
    expect(await pay('next', { year: YEAR + 1 })).toBe('no-share');
    expect(await pay('next', { year: YEAR + 1, grant: next })).toBe('charged');
    expect(await pay('back', { grant: { ...HALF, share: { numerator: 9, denominator: 1 } } })).toBe(
      'clock',
    );
    expect(await pay('none', { year: YEAR + 1, grant: { ...next, share: null } })).toBe('no-share');
  });

  // Would catch: a backup put back that gives back what was spent after it was made.
  it('gives no budget back by a restore: another ledger, which the centre has to give a share', async () => {
    const place = keep(newPlace());
    const year = YEAR + 1;
    const big = { ...HALF, year, share: { numerator: 4, denominator: 10 } };
    await store.call('backupRun', orderOf(place, office, 'full'));
    expect(await pay('later', { year, grant: big })).toBe('charged');
    const target = keep(newOffice());
    const restorer = launchStore({ kind: 'child', nodePath: process.execPath, entry });
    await restorer.call('restoreFill', restoreOf(place, 1, target));
    restorer.kill();
    const { store: of } = await openStore(entry, target, { create: false });
    try {
      const { ledger, charges } = await of.call('statisticsLedger', {});
      expect(ledger).toMatch(/^[0-9a-f]{64}$/);
      expect(charges.some(({ key }) => key === 'later')).toBe(false);
      expect(await pay('new', { of, year, grant: big })).toBe('no-share');
      expect(await pay('later', { of, year, grant: big })).toBe('no-share');
      expect(await pay('same', { of, year, grant: big })).toBe('free');
      // What the centre gives to the new ledger is its own: nothing of before is counted against it.
      const given = { ...big, ledger, share: { numerator: 1, denominator: 10 } };
      expect(await pay('new', { of, year, grant: given })).toBe('charged');
      expect(await pay('later', { of, year, grant: given })).toBe('refused');
    } finally {
      await of.call('close', {});
    }
    expect((await store.call('statisticsLedger', {})).ledger).toBe(FIRST_LEDGER);
  });
});
