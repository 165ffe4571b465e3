import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendAudit } from '../journal/audit';
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
      const { seq } = appendAudit(db, SESSION.deviceId, { kind, actor: 'u1', payload }, atMs);
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
    for (const [dseq, verdict] of [
      [9, 'applied'],
      [10, null],
    ] as const)
      db.run(sql`insert into outbox (dseq, key, kind, actor, base, payload, atMs, previous, sig, verdict, reason, receiptMs)
        values (${dseq}, ${`k${dseq}`}, 'correction', 'u1', null, 'c2VhbGVk', ${CUT_MS}, 'p', 's', ${verdict}, null, null)`);
    for (const [dseq, state, settledMs, successor] of REPORTS)
      db.run(sql`insert into work_item values (${dseq}, 'correction', 'u1', 'rejected', 'row-gone', ${KEPT.includes(dseq) ? YOUNG : OLD}, 1, 2,
        ${state}, ${settledMs}, 'u1', null, ${successor})`);
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
  // Would catch: old content that stays readable in a page, a chain that breaks, younger content taken along, or a purge that a kill leaves half done.
  it('takes old content out of every page, goes on after kills, and the chain verifies', async () => {
    expect(pagesWith(OLD)).toBeGreaterThan(10);
    for (let steps = 0; steps < 3; steps++) {
      const { store } = await openStore(entry, office, { create: false });
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
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true, entries: 1201 });
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
    expect(db.value(sql`select count(*) from outbox`)).toBe(2);
    // Logins stay whole; of the 900 old entries 810 were look-ups.
    expect(db.value(sql`select count(*) from audit where payload is null`)).toBe(810);
    const last = db.get(sql`select kind, payload from audit order by seq desc limit 1`) ?? [];
    expect(last[0]).toBe('retention');
    expect(JSON.parse(String(last[1]))).toMatchObject({
      lookUps: 900,
      payloads: 810,
      batches: 701,
      reports: 3,
    });
    db.close();
    expect(pagesWith(OLD)).toBe(0);
    expect(pagesWith(YOUNG)).toBeGreaterThan(10);
  });
});
