import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../../shared/kernel/ids';
import { appendAudit } from '../journal/audit';
import { factPlace } from '../journal/words/places';
import { Words } from '../journal/words/words';
import type { StoreClient } from '../launcher';
import { PageFile } from '../pages/page-file';
import { sql } from '../sql/tag';
import { openWritable } from '../sqlcipher';
import { MASTER, SESSION } from './fixture';
import { buildStore, newOffice, openStore } from './rig';

const CUT_MS = 1_700_000_000_000;
const OLD = '过期查询内容王伟';
const YOUNG = '保留查询内容李娜';
const INPUT = { actor: 'u1', lookUpsBeforeMs: CUT_MS, batchesBeforeMs: CUT_MS };
let entry: string;
let remove: () => void;
const office = newOffice();

/** Reports that came back: settled for good before the cut, after it, or waiting however long. */
const REPORTS = [
  [1, 'dismissed', CUT_MS - 1, null],
  [2, 'accepted', CUT_MS - 1, null],
  [3, 'open', null, null],
  [4, 'dismissed', CUT_MS, null],
  [5, 'resent', CUT_MS - 1, 9],
  [6, 'resent', CUT_MS - 1, 10],
] as const;
/** A visit as the desk keeps it, with one person who had to put something right. */
const visit = (startedMs: number, closedMs: number | null, doneDay: number | null, n: number) => {
  const id = ulid(startedMs, new Uint8Array(10).fill(n));
  const isOld = closedMs !== null && closedMs < CUT_MS && doneDay !== null;
  const name = isOld ? OLD : YOUNG;
  const people = [{ n: 1, name, verdict: 'missing', certificates: [], dueDay: 19_000, doneDay }];
  return { id, isOld, value: { id, place: name, startedMs, closedMs, people, last: 1 } };
};
/** Ended before the cut; with something still to be put right; open; begun before it and ended after; young. */
const VISITS = [
  visit(CUT_MS - 9_000, CUT_MS - 5_000, 19_001, 1),
  visit(CUT_MS - 9_000, CUT_MS - 5_000, null, 2),
  visit(CUT_MS - 9_000, null, null, 3),
  visit(CUT_MS - 9_000, CUT_MS, 19_001, 4),
  visit(CUT_MS + 1, CUT_MS + 2, 19_001, 5),
];
/** Notes of reports by the commands they belong to: judged before the cut, waiting, judged later, of a command unknown. */
const NOTES = ['k7', 'k8', 'k9', 'k77'].map((key) => ({ key, title: key === 'k7' ? OLD : YOUNG }));
const KEPT: readonly number[] = [3, 4, 6];

/** Look-ups before and after the cut, with long payloads that go on in pages of their own. */
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  const { store } = await openStore(entry, office);
  await store.call('close', {});
  const path = join(office, 'journal.db');
  const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
  db.setSecureDelete();
  db.transaction(() => {
    for (let i = 0; i < 1200; i++) {
      const isOld = i < 900;
      const atMs = CUT_MS + (i - 900) * 1000;
      const text = (isOld ? OLD : YOUNG).repeat(i % 100 === 0 ? 600 : 1);
      const kind = i % 10 === 9 ? 'login' : 'query';
      const payload = kind === 'login' ? { n: i } : { text };
      // A clock that once stood ten years ahead: what lies behind its entry is old all the same.
      const entryMs = i === 309 ? CUT_MS + 10 * 365 * 86_400_000 : atMs;
      const { seq } = appendAudit(db, SESSION.deviceId, { kind, actor: 'u1', payload }, entryMs);
      db.run(
        sql`insert into query_log (atMs, userId, kind, text, count, auditSeq) values (${atMs}, 'u1', 'query', ${text}, 1, ${seq})`,
      );
    }
    for (const [id, atMs] of [
      ['b1', CUT_MS - 1],
      ['b2', CUT_MS],
    ] as const) {
      db.run(sql`insert into batch values (${id}, 'u1', ${atMs}, 'title', 700, 'summary', 0)`);
      for (let row = 0; row < 700; row++)
        db.run(
          sql`insert into batch_row values (${id}, ${row}, ${id === 'b1' ? OLD : YOUNG}, 'valid', null)`,
        );
    }
  });
  db.transaction(() => {
    // Command 9 answers report 5 and was taken, command 10 answers report 6 and waits for the centre.
    for (const [dseq, verdict, atMs] of [
      [9, 'applied', CUT_MS],
      [10, null, CUT_MS],
      [7, 'rejected', CUT_MS - 1],
      [8, null, CUT_MS - 1],
    ] as const)
      db.run(sql`insert into outbox (dseq, key, kind, actor, base, payload, atMs, previous, sig, verdict, reason, receiptMs)
        values (${dseq}, ${`k${dseq}`}, 'correction', 'u1', null, 'c2VhbGVk', ${atMs}, 'p', 's', ${verdict}, null, null)`);
    for (const [dseq, state, settledMs, successor] of REPORTS)
      db.run(sql`insert into work_item values (${dseq}, 'correction', 'u1', 'rejected', 'row-gone', ${KEPT.includes(dseq) ? YOUNG : OLD}, 1, 2,
        ${state}, ${settledMs}, 'u1', null, ${successor})`);
    const facts: readonly (readonly [string, unknown])[] = [
      ...VISITS.map(({ id, value }) => [`site-visit:${id}`, value] as const),
      ['site-visits:u1', VISITS.map(({ id }) => id)],
      ['reports:u1', NOTES],
      ['reports:u2', []],
    ];
    for (const [name, value] of facts)
      db.run(sql`insert into fact values (${name}, ${JSON.stringify(value)})`);
    db.run(
      sql`insert into fact values (${`site-visit:${'0'.repeat(26)}`}, 'not what it should be')`,
    );
    // All of this in clear, as a program of before left it: the next opening seals it.
    db.run(sql`delete from word_key`);
    db.run(sql`delete from fact where name = 'words.key'`);
  });
  db.close();
});
afterAll(() => {
  remove();
  rmSync(office, { recursive: true, force: true });
});

const dies = (store: StoreClient): Promise<void> =>
  new Promise((resolve) => store.onExit(() => resolve()));

/** How many pages of the decrypted file, free ones included, hold the text. */
function pagesWith(text: string): number {
  const pages = new PageFile(join(office, 'journal.db'), MASTER.journal);
  let found = 0;
  for (let page = 1; page <= pages.pages; page++)
    if (pages.page(page, true)?.includes(Buffer.from(text, 'utf8')) === true) found++;
  pages.close();
  return found;
}

describe('retention', () => {
  // Would catch: a visit or report still to be dealt with taken away, old content that stays readable in a page, a chain that breaks, younger content taken along, or a purge that a kill leaves half done.
  it('takes old content out of every page, goes on after kills, and the chain verifies', async () => {
    expect(pagesWith(OLD)).toBeGreaterThan(10);
    for (let steps = 0; steps < 3; steps++) {
      const { store } = await openStore(entry, office, { create: false });
      // Said beforehand as it is done: one visit and one note.
      if (steps === 0) expect((await store.call('retentionPreview', INPUT)).visits).toBe(2);
      await store.call('retentionPurge', INPUT);
      const gone = dies(store);
      void store.call('retentionPurge', INPUT).catch(() => undefined);
      store.kill();
      await gone;
    }
    const { store } = await openStore(entry, office, { create: false });
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    let answer = await store.call('retentionPurge', INPUT);
    while (!answer.isDone) answer = await store.call('retentionPurge', INPUT);
    const wal = join(office, 'journal.db-wal');
    expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true, entries: 1202 });
    // Nothing is left to do, and nothing is written about it.
    expect(await store.call('retentionPurge', INPUT)).toMatchObject({ isDone: true, lookUps: 0 });
    await store.call('close', {});

    const path = join(office, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
    expect(db.value(sql`select count(*) from query_log`)).toBe(300);
    expect(db.value(sql`select count(*) from batch`)).toBe(1);
    expect(db.value(sql`select count(*) from batch_row`)).toBe(700);
    expect(db.all(sql`select dseq from work_item order by dseq`)).toEqual(
      KEPT.map((dseq) => [dseq]),
    );
    // The commands themselves stay, taken or not.
    expect(db.value(sql`select count(*) from outbox`)).toBe(4);
    const kept = VISITS.filter(({ isOld }) => !isOld).map(({ id }) => id);
    const words = new Words();
    words.take(db, [Uint8Array.from(MASTER.slice)]);
    const said = (name: string) => {
      const value = String(db.value(sql`select value from fact where name = ${name}`));
      return words.readable(value, factPlace(name));
    };
    const read = (name: string) => JSON.parse(said(name)) as unknown;
    expect(read('site-visits:u1')).toEqual(kept);
    for (const { id, isOld } of VISITS)
      expect(db.all(sql`select name from fact where name = ${`site-visit:${id}`}`).length).toBe(
        isOld ? 0 : 1,
      );
    expect(read('reports:u1')).toEqual(NOTES.slice(1));
    expect(said(`site-visit:${'0'.repeat(26)}`)).toBe('not what it should be');
    // Logins stay whole; of the 900 old entries 810 were look-ups.
    expect(db.value(sql`select count(*) from audit where payload is null`)).toBe(810);
    const last = db.get(sql`select kind, payload from audit order by seq desc limit 1`) ?? [];
    expect(last[0]).toBe('retention');
    expect(JSON.parse(String(last[1]))).toMatchObject({
      lookUps: 900,
      payloads: 810,
      batches: 701,
      reports: 3,
      visits: 2,
    });
    db.close();
    expect(pagesWith(OLD)).toBe(0);
    expect(pagesWith(YOUNG)).toBeGreaterThan(10);
  });
});
