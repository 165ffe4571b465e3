import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { WORD_COLUMNS } from '../journal/words/places';
import type { StoreClient } from '../launcher';
import { raw, sql } from '../sql/tag';
import { openReadable, openWritable } from '../sqlcipher';
import type { LookUp } from '../watch-calls';
import { MASTER } from './fixture';
import { decryptFile } from './independent/sqlcipher4';
import { newOffice } from './rig';

/*
 * Offices as a program of before left them: everything that somebody looked for or kept lies in the journal in clear. `read`
 * asks for all of it as the pages do, and `clearBytes` looks for it in every byte that the journal's key opens.
 */

export const OWNER = 'u9';
const BATCH = 'list-of-before';
const ITEMS = 8;
const AT_MS = 1_795_000_000_000;
const searched = (i: number) => `往日检索欧阳震华${i}`;
const listed = (i: number) => `往日名单诸葛清岚${i}`;
const saved = (i: number) => `往日收藏慕容雪${i}`;
const visit = JSON.stringify({ id: 'v', closedMs: null, people: [{ name: '往日巡查司徒明' }] });

/** Fills a journal that nothing has open, in the columns that journals have had since the first. */
export function fillWithWords(path: string, rows: number, journalKey = MASTER.journal): void {
  const db = openWritable({ path, key: journalKey, mayCreate: false, isDurable: false });
  db.setSecureDelete();
  db.transaction(() => {
    const query =
      'insert into query_log (atMs, userId, kind, text, filter, count, auditSeq) values (?, ?, ?, ?, ?, ?, ?)';
    for (let i = 0; i < rows; i++) {
      const filter = i % 5 === 0 ? JSON.stringify({ company: searched(i) }) : null;
      db.runArray(query, [AT_MS + i, OWNER, 'query', searched(i), filter, 1, 1 + i]);
    }
    db.run(
      sql`insert into batch values (${BATCH}, ${OWNER}, ${AT_MS}, ${listed(0)}, ${rows}, '{}', ${4 * AT_MS})`,
    );
    const row = 'insert into batch_row values (?, ?, ?, ?, ?)';
    for (let i = 1; i <= rows; i++) {
      const input = { name: listed(i), id: '3301**********0011', reason: null, found: 0 };
      const rest = { ...input, number: null, kind: null, validTo: null };
      db.runArray(row, [BATCH, i, JSON.stringify(rest), 'not-in-slice', null]);
    }
    for (let i = 0; i < ITEMS; i++)
      db.run(
        sql`insert into saved_item values (${`item${i}`}, ${OWNER}, 'search', ${saved(i)}, ${JSON.stringify({ text: saved(i) })}, ${i + 1}, ${AT_MS})`,
      );
    db.run(sql`insert or replace into fact values ('site-visit:v', ${visit})`);
  });
  db.checkpoint();
  db.close();
}

/** An office of the last program that sealed no words. */
export function officeOfBefore(rows: number): string {
  const office = newOffice();
  cpSync(join(import.meta.dirname, 'fixtures/v140'), office, { recursive: true });
  fillWithWords(join(office, 'journal.db'), rows);
  return office;
}

/** Asks for every word as the pages do, and holds it to what was written. */
export async function expectWords(store: StoreClient, rows: number): Promise<void> {
  const texts: (string | null)[] = [];
  const filters: (string | null)[] = [];
  for (let before: number | null = null; ; ) {
    const page: readonly LookUp[] = await store.call('historyList', {
      userId: OWNER,
      before,
      limit: 700,
    });
    for (const { text, filter } of page) {
      texts.push(text);
      if (filter !== null) filters.push(filter);
    }
    before = page.at(-1)?.id ?? null;
    if (page.length < 700) break;
  }
  expect([...texts].reverse()).toEqual(Array.from({ length: rows }, (_, i) => searched(i)));
  expect(filters).toHaveLength(Math.ceil(rows / 5));
  expect(filters.at(-1)).toBe(JSON.stringify({ company: searched(0) }));
  const lists = await store.call('batchList', { userId: OWNER, limit: 9 });
  expect(lists.map(({ title }) => title)).toEqual([listed(0)]);
  const asked = { batch: BATCH, userId: OWNER, verdicts: null, offset: 0, limit: rows };
  const list = await store.call('batchRows', asked);
  expect(list.rows.map(({ name }) => name)).toEqual(
    Array.from({ length: rows }, (_, i) => listed(i + 1)),
  );
  const items = (await store.call('savedList', { userId: OWNER })).rows;
  expect(items.map(({ title, body }) => `${title}${body}`).sort()).toEqual(
    Array.from({ length: ITEMS }, (_, i) => saved(i) + JSON.stringify({ text: saved(i) })).sort(),
  );
  expect(await store.call('factGet', { name: 'site-visit:v' })).toBe(visit);
  expect((await store.call('auditVerify', {})).isIntact).toBe(true);
}

const CLEAR = ['往日检索', '往日名单', '往日收藏', '往日巡查'];

/** Which of the words are in a closed journal for whoever has its key: rows, gaps of pages, the log beside it. */
export function clearBytes(office: string, journalKey: Uint8Array = MASTER.journal): string[] {
  const text = decryptFile(readFileSync(join(office, 'journal.db')), journalKey).toString('utf8');
  return CLEAR.filter((word) => text.includes(word));
}

/** How far the first sealing has come, as of the last commit. */
export function sealingOf(office: string): {
  readonly clear: number;
  readonly sealed: number;
  readonly isOwed: boolean;
} {
  const path = join(office, 'journal.db');
  const db = openReadable({ path, key: MASTER.journal, cacheMb: 8 });
  try {
    const count = (mark: string) =>
      WORD_COLUMNS.reduce((sum, { table, column, where }) => {
        const text = `select count(*) from "${table}" t where t."${column}" is not null and substr(t."${column}", 1, 1) ${mark} char(1) and ${where}`;
        return sum + Number(db.value(sql`${raw(text)}`));
      }, 0);
    const owed = db.value(sql`select value from fact where name = 'retention.residue'`);
    return { clear: count('<>'), sealed: count('='), isOwed: owed === 'yes' };
  } finally {
    db.close();
  }
}
