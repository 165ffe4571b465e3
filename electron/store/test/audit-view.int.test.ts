import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actsOf } from '../../../shared/domain/audit/acts';
import type { Role } from '../../../shared/domain/model';
import { AUDIT_START, type AuditHead } from '../../../shared/protocol/audit-chain';
import { nextAuditKey } from '../../crypto/audit-chain';
import type { AuditFilter, AuditRow, AuditStep } from '../audit-calls';
import type { WritableDb } from '../database';
import type { StoreClient } from '../launcher';
import { sql } from '../sql/tag';
import { openWritable } from '../sqlcipher';
import { SESSION, storeKeys } from './fixture';
import { buildStore, newOffice, openStore } from './rig';

const FIRST_KEY = new Uint8Array(32).fill(7);
const ENTRIES = 60;
let entry: string;
let remove: () => void;
let base: string;

const opened = async (officeDir: string, role: Role = 'auditor'): Promise<StoreClient> =>
  (await openStore(entry, officeDir, { session: { ...SESSION, role } })).store;
const shut = (store: StoreClient) => store.call('close', {}).catch(() => undefined);

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  base = newOffice();
  const keys = { ...storeKeys(), firstAuditKey: FIRST_KEY.slice() };
  const { store } = await openStore(entry, base, { create: true, keys });
  for (let i = 1; i <= ENTRIES; i++) {
    const kind = i % 10 === 0 ? 'login' : i % 3 === 0 ? 'reveal' : 'query';
    const payload =
      kind === 'login'
        ? { failedTries: i, note: 'kept' }
        : { text: '古丽娜尔', count: i, reason: 'on-site-check' };
    await store.call('auditAppend', { kind, actor: i % 2 === 0 ? 'u1' : 'u2', payload });
  }
  await shut(store);
});
afterAll(() => remove());

/** A copy of the office whose journal was changed by somebody who holds its key. */
function changed(act: (db: WritableDb) => void): string {
  const officeDir = newOffice();
  copyFileSync(join(base, 'journal.db'), join(officeDir, 'journal.db'));
  const path = join(officeDir, 'journal.db');
  const key = storeKeys().journal;
  const db = openWritable({ path, key, cacheMb: 8, mayCreate: false, isDurable: true });
  act(db);
  db.close();
  return officeDir;
}

async function walk(store: StoreClient, key?: Uint8Array, limit = 7): Promise<AuditStep> {
  let after: AuditHead = AUDIT_START;
  let ratchet = key;
  for (;;) {
    const given = ratchet === undefined ? {} : { key: ratchet.slice() };
    const step = await store.call('auditWalk', { after, limit, ...given });
    for (let seq = after.seq; ratchet !== undefined && seq < step.head.seq; seq++)
      ratchet = nextAuditKey(ratchet);
    if (step.isEnd) return step;
    after = step.head;
  }
}

async function listed(store: StoreClient, filter: AuditFilter): Promise<readonly AuditRow[]> {
  const rows: AuditRow[] = [];
  let before: number | null = null;
  do {
    const page: { readonly rows: readonly AuditRow[]; readonly next: number | null } =
      await store.call('auditPage', { before, limit: 9, filter });
    rows.push(...page.rows);
    before = page.next;
  } while (before !== null);
  return rows;
}

describe('the log as its readers see it', () => {
  // Would catch: entries lost or doubled between pages, a filter that hides what it should show, an order of its own.
  it('is listed whole, newest first, under every filter', async () => {
    const store = await opened(base);
    const all = await listed(store, {});
    const seqs = Array.from({ length: ENTRIES }, (_, i) => ENTRIES - i);
    expect(all.map(({ seq }) => seq)).toEqual(seqs);
    const [middle] = all.filter(({ seq }) => seq === 30);
    const fromMs = middle?.atMs ?? 0;
    for (const filter of [
      { actor: 'u1' },
      { kinds: actsOf('reveal') },
      { fromMs },
      { untilMs: fromMs },
      { device: 'own' },
      { device: 'other' },
      { actor: 'u2', kinds: ['query'], fromMs },
    ] as const satisfies readonly AuditFilter[]) {
      const wanted: AuditFilter = filter;
      const expected = all.filter(
        (row) =>
          (wanted.actor === undefined || row.actor === wanted.actor) &&
          (wanted.kinds === undefined || wanted.kinds.includes(row.kind)) &&
          (wanted.fromMs === undefined || row.atMs >= wanted.fromMs) &&
          (wanted.untilMs === undefined || row.atMs < wanted.untilMs) &&
          (wanted.device === undefined || wanted.device === 'own'),
      );
      expect(await listed(store, filter)).toEqual(expected);
    }
    await shut(store);
  });

  // Would catch: an administrator who reads in the log what was looked for; a head who cannot; anybody else who reads it.
  it('shows what was looked for to nobody without certificate data, and nothing to other roles', async () => {
    for (const role of ['auditor', 'security-admin'] as const) {
      const store = await opened(base, role);
      const rows = await listed(store, {});
      expect(JSON.stringify(rows)).not.toContain('古丽娜尔');
      expect(JSON.stringify(rows)).not.toContain('kept');
      const query = rows.find(({ kind }) => kind === 'query');
      expect(query).toMatchObject({ state: 'withheld' });
      expect(query?.fields.map(({ name }) => name)).toEqual(['reason', 'count']);
      await shut(store);
    }
    const head = await opened(base, 'head');
    const [row] = await listed(head, { kinds: ['query'] });
    expect(row).toMatchObject({ state: 'open' });
    expect(row?.fields).toContainEqual({ name: 'text', value: '古丽娜尔' });
    await shut(head);
    for (const role of ['inspector', 'approver', 'system-admin'] as const) {
      const store = await opened(base, role);
      const asked = { before: null, limit: 9, filter: {} };
      await expect(store.call('auditPage', asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const step = { after: AUDIT_START, limit: 9 };
      await expect(store.call('auditWalk', step)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const lines = { after: 0, until: 9 };
      await expect(store.call('auditLines', lines)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await shut(store);
    }
  });

  // Would catch: what was looked for leaving the device in the file, or entries missing in it.
  it('leaves the device without what tells of records', async () => {
    const store = await opened(base);
    const lines = await store.call('auditLines', { after: 0, until: ENTRIES });
    expect(lines).toHaveLength(ENTRIES);
    expect(JSON.stringify(lines)).not.toContain('古丽娜尔');
    const kept = lines.filter(({ payload }) => payload !== null);
    expect(kept).toHaveLength(ENTRIES / 10);
    expect(kept.every(({ salt }) => salt !== null)).toBe(true);
    await shut(store);
    const admin = await opened(base, 'security-admin');
    const asked = { after: 0, until: ENTRIES };
    await expect(admin.call('auditLines', asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await shut(admin);
  });

  // Would catch: the number of a certificate leaving the device in the words on an alert about it.
  it('keeps words on an alert about one certificate on the device', async () => {
    const store = await opened(changed(() => undefined));
    for (const alert of ['same-certificate:u1:20600:certificate/T330601', 'failures:u1:20600']) {
      const payload = { alert, count: 3, note: 'looked into' };
      await store.call('auditAppend', { kind: 'alert-acknowledged', actor: 'u2', payload });
    }
    const lines = await store.call('auditLines', { after: ENTRIES, until: ENTRIES + 9 });
    expect(JSON.stringify(lines)).not.toContain('T330601');
    expect(lines.filter(({ payload }) => payload?.includes('failures:u1'))).toHaveLength(1);
    await shut(store);
  });

  // Would catch: a whole log that does not verify in steps of whatever size, with or without the first key.
  it('verifies in steps', async () => {
    const store = await opened(base);
    for (const limit of [1, 7, 59, 60, 61]) {
      for (const key of [undefined, FIRST_KEY])
        expect(await walk(store, key, limit)).toMatchObject({
          broken: null,
          head: { seq: ENTRIES },
        });
    }
    const wrong = await walk(store, new Uint8Array(32).fill(8));
    expect(wrong.broken).toMatchObject({ fault: 'mac', seq: 1 });
    await shut(store);
  });

  // Would catch: a break that is told at another place than it is, or not at all: an edit, a removal, another order, a
  // listing that hides an entry from its filter.
  it.each<[string, (db: WritableDb) => void, { fault: string; seq: number }]>([
    [
      'an edited header',
      (db) => db.run(sql`update audit set header = replace(header, '"u2"', '"u9"') where seq = 5`),
      { fault: 'hash', seq: 5 },
    ],
    [
      'an edited content',
      (db) => db.run(sql`update audit set payload = '{"count":1}' where seq = 9`),
      { fault: 'payload', seq: 9 },
    ],
    [
      'a removed entry',
      (db) => db.run(sql`delete from audit where seq = 7`),
      { fault: 'gap', seq: 7 },
    ],
    [
      'a listing under another name',
      (db) => db.run(sql`update audit set actor = 'u9' where seq = 4`),
      { fault: 'columns', seq: 4 },
    ],
    [
      'a listing as another act',
      (db) => db.run(sql`update audit set kind = 'query' where seq = 10`),
      { fault: 'columns', seq: 10 },
    ],
    [
      'two entries in each other’s place',
      (db) => {
        db.run(sql`update audit set seq = 1000 where seq = 2`);
        db.run(sql`update audit set seq = 2 where seq = 3`);
        db.run(sql`update audit set seq = 3 where seq = 1000`);
      },
      { fault: 'gap', seq: 2 },
    ],
  ])('finds %s where it is', async (_name, act, broken) => {
    const store = await opened(changed(act));
    const step = await walk(store);
    expect(step.broken).toMatchObject({ ...broken, before: { seq: broken.seq - 1 } });
    await shut(store);
  });

  // Would catch: an end cut off behind what the centre was given that reads as whole.
  it('finds an end that was cut off behind what the centre was given', async () => {
    const cut = changed((db) => {
      db.run(sql`insert or replace into fact values ('outbox.audit', '{"seq":58}')`);
      db.run(sql`delete from audit where seq > 55`);
    });
    const store = await opened(cut);
    expect((await walk(store)).broken).toMatchObject({
      fault: 'handed-in',
      seq: 56,
      before: { seq: 55 },
      at: null,
    });
    await shut(store);
  });
});
