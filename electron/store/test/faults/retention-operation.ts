import { join } from 'node:path';
import { expect } from 'vitest';
import { appendAudit } from '../../journal/audit';
import { PageFile } from '../../pages/page-file';
import { sql } from '../../sql/tag';
import { openReadable, openWritable } from '../../sqlcipher';
import { MASTER, SESSION } from '../fixture';
import { newOffice, openStore } from '../rig';
import type { Operation } from './kill-often';

const CUT_MS = 1_700_000_000_000;
const OLD = '过期查询内容王伟';
const YOUNG = '保留查询内容李娜';
const OLD_LOOK_UPS = 1_300;
const YOUNG_LOOK_UPS = 40;
const BATCH_ROWS = 700;
const RESIDUE_KILLS = 2;
const INPUT = { actor: 'u1', lookUpsBeforeMs: CUT_MS, batchesBeforeMs: CUT_MS };

interface Content {
  readonly lookUps: number;
  readonly payloads: number;
  readonly batches: number;
}
const sum = (a: Content, b: Content): Content => ({
  lookUps: a.lookUps + b.lookUps,
  payloads: a.payloads + b.payloads,
  batches: a.batches + b.batches,
});

/** Look-ups and a batch on both sides of the cut, with texts long enough to fill many pages. */
function fillOffice(path: string): void {
  const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: false });
  db.setSecureDelete();
  db.transaction(() => {
    for (let i = 0; i < OLD_LOOK_UPS + YOUNG_LOOK_UPS; i++) {
      const isOld = i < OLD_LOOK_UPS;
      const atMs = CUT_MS + (i - OLD_LOOK_UPS) * 1000;
      const text = (isOld ? OLD : YOUNG).repeat(i % 100 === 0 ? 300 : 1);
      const audit = { kind: 'query', actor: 'u1', payload: { text } };
      const { seq } = appendAudit(db, SESSION.deviceId, audit, atMs);
      db.run(
        sql`insert into query_log (atMs, userId, kind, text, count, auditSeq) values (${atMs}, 'u1', 'query', ${text}, 1, ${seq})`,
      );
    }
    for (const [id, atMs, text] of [
      ['b1', CUT_MS - 1, OLD],
      ['b2', CUT_MS, YOUNG],
    ] as const) {
      db.run(
        sql`insert into batch values (${id}, 'u1', ${atMs}, 'title', ${BATCH_ROWS}, 'sum', 0)`,
      );
      for (let row = 0; row < BATCH_ROWS; row++)
        db.run(sql`insert into batch_row values (${id}, ${row}, ${text}, 'valid', null)`);
    }
  });
  db.close();
}

/** All steps of a purge but the last, which writes the entry and the file anew. */
async function purgeContent(entry: string, office: string): Promise<void> {
  const { store } = await openStore(entry, office, { create: false });
  for (let batches = 0; batches < BATCH_ROWS + 1; )
    ({ batches } = await store.call('retentionPurge', INPUT));
  await store.call('close', {});
}

/** What is there of the old and of the young, what the log and the running count say of it, as of the last commit. */
function look(path: string) {
  const db = openReadable({ path, key: MASTER.journal, cacheMb: 8 });
  try {
    const count = (query: ReturnType<typeof sql>): number => Number(db.value(query) ?? 0);
    const fact = (name: string): string =>
      String(db.value(sql`select value from fact where name = ${name}`) ?? '');
    const told = db
      .all(sql`select payload from audit where kind = 'retention' order by seq`)
      .map(([payload]) => JSON.parse(String(payload)) as Content);
    const running = fact('retention.counts');
    const none: Content = { lookUps: 0, payloads: 0, batches: 0 };
    return {
      old: {
        lookUps: count(sql`select count(*) from query_log where atMs < ${CUT_MS}`),
        payloads: count(
          sql`select count(*) from audit where kind = 'query' and atMs < ${CUT_MS} and payload is not null`,
        ),
        batches:
          count(sql`select count(*) from batch_row where batch = 'b1'`) +
          count(sql`select count(*) from batch where id = 'b1'`),
      },
      young: {
        lookUps: count(sql`select count(*) from query_log where atMs >= ${CUT_MS}`),
        payloads: count(
          sql`select count(*) from audit where kind = 'query' and atMs >= ${CUT_MS} and payload is not null`,
        ),
        batches: count(sql`select count(*) from batch_row where batch = 'b2'`),
      },
      told: told.reduce(sum, running === '' ? none : (JSON.parse(running) as Content)),
      purges: told.length,
      hasResidue: fact('retention.residue') === 'yes',
    };
  } finally {
    db.close();
  }
}

/** Whether any page of the decrypted file, free ones included, still holds the text. */
function holds(path: string, text: string): boolean {
  const pages = new PageFile(path, MASTER.journal);
  try {
    for (let page = 1; page <= pages.pages; page++)
      if (pages.page(page, true)?.includes(Buffer.from(text, 'utf8')) === true) return true;
    return false;
  } finally {
    pages.close();
  }
}

/** A purge: every step whole or not at all, counted once whatever interrupts it, and nothing young goes. */
export const RETENTION: Operation = {
  name: 'retention',
  begin: async (entry, nth) => {
    const office = newOffice();
    const path = join(office, 'journal.db');
    const { store } = await openStore(entry, office);
    await store.call('close', {});
    fillOffice(path);
    // Every other office is at the end of its purge, so that kills reach the entry and the new writing of the file.
    if (nth % 2 === 0) await purgeContent(entry, office);
    const whole: Content = {
      lookUps: OLD_LOOK_UPS,
      payloads: OLD_LOOK_UPS,
      batches: BATCH_ROWS + 1,
    };
    let acknowledged: Content = { lookUps: 0, payloads: 0, batches: 0 };
    let residueKills = 0;
    let isOver = false;
    return {
      office,
      isOver: () => isOver,
      act: async (running) => {
        for (;;) {
          const { isDone, ...counts } = await running.call('retentionPurge', INPUT);
          // After the end the counts begin anew.
          if (counts.lookUps >= acknowledged.lookUps) acknowledged = counts;
          if (isDone) return;
        }
      },
      check: async (running) => {
        const audit = await running.call('auditVerify', {});
        expect(audit.isIntact).toBe(true);
        const { old, young, told, purges, hasResidue } = look(path);
        expect(young).toEqual({
          lookUps: YOUNG_LOOK_UPS,
          payloads: YOUNG_LOOK_UPS,
          batches: BATCH_ROWS,
        });
        // What is gone is what was counted, in the running count or in the entry of the purge: never twice, never not.
        expect(sum(old, told)).toEqual(whole);
        expect(told.lookUps).toBeGreaterThanOrEqual(acknowledged.lookUps);
        expect(purges).toBeLessThanOrEqual(1);
        if (purges === 1 && hasResidue) residueKills++;
        // A few kills amid the new writing of the file are enough; then it is let through.
        if (residueKills === RESIDUE_KILLS) await running.call('retentionPurge', INPUT);
        isOver = purges === 1 && (!hasResidue || residueKills === RESIDUE_KILLS);
        if (isOver) {
          expect(look(path).hasResidue).toBe(false);
          expect(old).toEqual({ lookUps: 0, payloads: 0, batches: 0 });
          expect(holds(path, OLD)).toBe(false);
          expect(holds(path, YOUNG)).toBe(true);
        }
      },
    };
  },
};
