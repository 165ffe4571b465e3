import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../../shared/kernel/ids';
import { chainBytes, type OutboxCommand, signedBytes } from '../../../shared/protocol/outbox';
import type { StoreClient } from '../launcher';
import type { OutboxState } from '../outbox-protocol';
import type { StoreKeys } from '../protocol';
import { sql } from '../sql/tag';
import { openWritable } from '../sqlcipher';
import { MASTER, SESSION, storeKeys } from './fixture';
import { decryptFile } from './independent/sqlcipher4';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { makeSet } from './rows';

/** Told words that must be nowhere in what the journal's key opens. */
const ID_NUMBER = '110101199003078515';
const NAME = '欧阳震华';
const TYPED = [ID_NUMBER, NAME, '王伟的班组', '名单甲乙丙', '常用检索丁戊', '门岗己庚辛'];

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signKey = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));
const ADMIN = { ...SESSION, userId: 'a1', role: 'security-admin' } as const;
const HEAD = { ...SESSION, userId: 'h1', role: 'head' } as const;
const adminKeys = (): StoreKeys => ({ journal: Uint8Array.from(MASTER.journal) });

let entry: string;
let remove: () => void;
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => remove());

const hashOf = (command: OutboxCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

function next(state: Pick<OutboxState, 'last'>, kind: string, actor: string): OutboxCommand {
  const unsigned: OutboxCommand = {
    device: SESSION.deviceId,
    dseq: (state.last?.dseq ?? 0) + 1,
    key: ulid(1_800_000_000_000, randomBytes(10)),
    kind,
    actor,
    payload: randomBytes(60).toString('base64'),
    atMs: 1_800_000_000_000,
    previous: state.last?.hash ?? null,
    sig: '',
  };
  const how = { key: own.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { ...unsigned, sig: sign('sha256', signedBytes(unsigned), how).toString('base64url') };
}

/** What was written for the centre comes sealed from main, which the store neither opens nor seals again. */
const SEALED_BY_MAIN = 'sealed:1:d29yZHM=';

async function tell(store: StoreClient, kind: string, draft: string, actor = SESSION.userId) {
  const command = next(await store.call('outboxState', {}), kind, actor);
  await store.call('outboxAppend', {
    command,
    audit: { kind, actor, payload: { dseq: command.dseq } },
    draft,
    fact: { name: `reports:${actor}`, value: JSON.stringify([{ key: 'k', title: NAME }]) },
  });
  return command;
}

const refuse = (store: StoreClient, command: OutboxCommand) =>
  store.call('outboxVerdicts', {
    verdicts: [{ dseq: command.dseq, verdict: 'rejected', reason: 'form' }],
    receipt: { dseq: command.dseq, head: hashOf(command), atMs: 1, statement: '{}' },
  });

async function opened(officeDir: string, as: 'inspector' | 'head' | 'admin') {
  const isAdmin = as === 'admin';
  const { store } = await openStore(entry, officeDir, {
    session: isAdmin ? ADMIN : as === 'head' ? HEAD : SESSION,
    keys: isAdmin ? adminKeys() : storeKeys(),
  });
  await store.call('outboxOpen', { mirrorPath: `${officeDir}-outbox.sealed`, signKey });
  return store;
}

/** Every byte that the journal's key opens, the write-ahead log's pages among them once the store is closed. */
function readWith(officeDir: string, key: Uint8Array): string {
  return decryptFile(readFileSync(join(officeDir, 'journal.db')), key).toString('utf8');
}

/** Everything that an inspector can leave in the journal. */
async function work(store: StoreClient): Promise<OutboxCommand> {
  await loadSet(store, makeSet(60, 5));
  const command = await tell(store, 'correction', SEALED_BY_MAIN);
  await ask(store, 'search.query', { text: '王伟的班组', filter: {}, offset: 0, limit: 5 });
  const rows = [
    {
      line: 1,
      name: '名单甲乙丙',
      id: ID_NUMBER,
      verdict: 'not-in-slice',
      certificateId: null,
      number: null,
      kind: null,
      validTo: null,
      found: 0,
      reason: 'none',
    },
  ];
  await store.call('batchKeep', { batch: 'b1', rows: rows as never });
  await store.call('batchEnd', {
    id: 'b1',
    title: '名单甲乙丙',
    userId: 'u1',
    atMs: 5,
    rows: 1,
    counts: {},
  });
  const item = {
    item: ulid(1, randomBytes(10)),
    kind: 'search',
    title: '常用检索丁戊',
    body: JSON.stringify({ text: NAME }),
    isDeleted: false,
  };
  await store.call('savedTake', { userId: 'u1', changes: [{ rank: 1, item }], head: 1 });
  const visit = { id: 'v', closedMs: null, people: [{ name: '门岗己庚辛' }] };
  await store.call('factSet', { name: 'site-visit:v', value: JSON.stringify(visit) });
  return command;
}

describe('what people wrote', () => {
  // Would catch: a column, a log entry, a gap in a page or a note of what is about to be done that names persons in clear.
  it('is in no byte that the key in an administrator’s slot opens', async () => {
    const office = newOffice();
    let store = await opened(office, 'inspector');
    const command = await work(store);
    await refuse(store, command);
    const note = `${NAME}已当面说明`;
    await store.call('outboxDismiss', { dseq: command.dseq, actor: SESSION.userId, note });
    await tell(store, 'suspected-fake', SEALED_BY_MAIN);
    await store.call('close', {});
    const bytes = readWith(office, MASTER.journal);
    expect(TYPED.filter((word) => bytes.includes(word))).toEqual([]);
    // Its own people read all of it.
    store = await opened(office, 'inspector');
    const list = await store.call('batchRows', {
      batch: 'b1',
      userId: 'u1',
      verdicts: null,
      offset: 0,
      limit: 9,
    });
    expect(list.rows[0]).toMatchObject({ name: '名单甲乙丙', id: ID_NUMBER });
    expect((await store.call('savedList', { userId: 'u1' })).rows[0]).toMatchObject({
      title: '常用检索丁戊',
    });
    expect(await store.call('factGet', { name: 'site-visit:v' })).toContain('门岗己庚辛');
    expect(
      (await store.call('historyList', { userId: 'u1', before: null, limit: 9 })).map(
        ({ text }) => text,
      ),
    ).toContain('王伟的班组');
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    await store.call('close', {});
    store = await opened(office, 'head');
    const everything = { before: null, limit: 200, filter: {} };
    const told = JSON.stringify((await store.call('auditPage', everything)).rows);
    expect([told.includes('王伟的班组'), told.includes(note)]).toEqual([true, true]);
    await store.call('close', {});
    // The log verifies for who may not read it, and what an administrator writes himself is readable to him.
    store = await opened(office, 'admin');
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    const hidden = JSON.stringify((await store.call('auditPage', everything)).rows);
    expect(TYPED.filter((word) => hidden.includes(word))).toEqual([]);
    expect(await store.call('factGet', { name: 'site-visit:v' })).toBeNull();
    const own = await tell(store, 'feedback', '{"text":"屏幕太暗"}', ADMIN.userId);
    const sent = await store.call('outboxSent', {
      kind: 'feedback',
      actor: ADMIN.userId,
      limit: 5,
    });
    expect(sent).toMatchObject([{ dseq: own.dseq, payload: '{"text":"屏幕太暗"}' }]);
    await store.call('close', {});
  });

  // Would catch: one person's words shown as another's, or a text of an administrator's making taken for an inspector's.
  it('is refused where it was swapped, altered or put there in clear, and stays as it lies', async () => {
    const office = newOffice();
    let store = await opened(office, 'inspector');
    await work(store);
    const values = ['site-visit:v', 'site-visit:w', 'site-visit:x', 'site-visit:y'];
    for (const name of values)
      await store.call('factSet', { name, value: JSON.stringify({ of: name, person: NAME }) });
    await store.call('close', {});
    const path = join(office, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    const storedIn = (name: string) =>
      String(db.value(sql`select value from fact where name = ${name}`));
    const before = storedIn('site-visit:v');
    const put = (name: string, value: string) =>
      db.run(sql`update fact set value = ${value} where name = ${name}`);
    put('site-visit:w', before);
    put('site-visit:x', '{"of":"site-visit:x","person":"甲"}');
    const last = storedIn('site-visit:y');
    put('site-visit:y', `${last.slice(0, 40)}${last[40] === 'A' ? 'B' : 'A'}${last.slice(41)}`);
    db.run(sql`update batch_row set batch = 'b2'`);
    db.run(sql`update batch set id = 'b2'`);
    db.close();
    store = await opened(office, 'inspector');
    expect(await store.call('factGet', { name: 'site-visit:v' })).toContain(NAME);
    const altered = { code: 'SEALED_VALUE_ALTERED' };
    for (const name of values.slice(1))
      expect(await store.call('factGet', { name }), name).toBeNull();
    const page = { batch: 'b2', userId: 'u1', verdicts: null, offset: 0, limit: 9 };
    await expect(store.call('batchRows', page)).rejects.toMatchObject(altered);
    // Whose it is writes anew; what was found is kept under another name, and the log says so.
    await store.call('factSet', { name: 'site-visit:w', value: '{"of":"anew"}' });
    expect(await store.call('factGet', { name: 'site-visit:w' })).toBe('{"of":"anew"}');
    await store.call('close', {});
    store = await opened(office, 'head');
    const kinds = { before: null, limit: 200, filter: { kinds: ['words-lost'] } };
    expect((await store.call('auditPage', kinds)).rows).toHaveLength(3);
    await store.call('close', {});
    const kept = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    const aside = sql`select value from fact where name like 'lost.%.site-visit:w'`;
    expect(kept.value(aside)).toBe(before);
    kept.close();
  });

  // Would catch: a file that every opening changes, so that nobody can tell what changed it.
  it('has its key written once, whoever opens the journal', async () => {
    const office = newOffice();
    const wraps = () => {
      const path = join(office, 'journal.db');
      const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
      const rows = db.all(sql`select id, hex(name), hex(wrapped) from word_key`);
      db.close();
      return rows;
    };
    const seen: unknown[] = [];
    for (const as of ['inspector', 'admin', 'head', 'inspector'] as const) {
      const store = await opened(office, as);
      await store.call('close', {});
      seen.push(wraps());
    }
    expect(seen[0]).toHaveLength(1);
    expect(seen).toEqual(seen.map(() => seen[0]));
  });

  // Would catch: words that nobody reads any more once the slice is under another key.
  it('outlives a change of the keys', async () => {
    const office = newOffice();
    let store = await opened(office, 'inspector');
    await work(store);
    const sliceNext = Uint8Array.from(randomBytes(32));
    const journalNext = Uint8Array.from(randomBytes(32));
    await store.call('rekey', { file: 'slice', nextKey: Uint8Array.from(sliceNext) });
    store.kill();
    const both = {
      ...storeKeys(),
      sliceNext: Uint8Array.from(sliceNext),
      journalNext: Uint8Array.from(journalNext),
    };
    ({ store } = await openStore(entry, office, { keys: both }));
    await store.call('rekey', { file: 'journal', nextKey: Uint8Array.from(journalNext) });
    expect(await store.call('factGet', { name: 'site-visit:v' })).toContain('门岗己庚辛');
    await store.call('close', {});
    const settled = {
      ...storeKeys(),
      slice: Uint8Array.from(sliceNext),
      journal: Uint8Array.from(journalNext),
    };
    ({ store } = await openStore(entry, office, { keys: settled }));
    expect(await store.call('factGet', { name: 'site-visit:v' })).toContain('门岗己庚辛');
    await store.call('close', {});
    const db = openWritable({
      path: join(office, 'journal.db'),
      key: journalNext,
      mayCreate: false,
      isDurable: true,
    });
    expect(db.value(sql`select count(*) from word_key`)).toBe(1);
    db.close();
  });
});

// Would catch: a journal of before whose words stay in clear, in a row, a freed page or the log.
it('seals what a journal of before holds at the first session of a working role, not sooner', async () => {
  const office = newOffice();
  cpSync(join(import.meta.dirname, 'fixtures/v140'), office, { recursive: true });
  const said = /常用查询/;
  let { store } = await openStore(entry, office, {
    create: false,
    session: ADMIN,
    keys: adminKeys(),
  });
  await store.call('close', {});
  expect(readWith(office, MASTER.journal)).toMatch(said);
  ({ store } = await openStore(entry, office, { create: false }));
  await store.call('close', {});
  expect(readWith(office, MASTER.journal)).not.toMatch(/常用查询|记录已迁出|名单/);
});
