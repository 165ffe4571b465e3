import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../launcher';
import type { StoreKeys } from '../protocol';
import { sql } from '../sql/tag';
import { openReadable, openWritable } from '../sqlcipher';
import { newPlace, orderOf, plantFiles, restoreOf } from './backup-rig';
import { MASTER, SESSION, storeKeys } from './fixture';
import { clearBytes, expectWords, OWNER, officeOfBefore, sealingOf } from './old-words';
import { ask, buildStore, launch, openStore } from './rig';

const ROWS = 60;
const AT_MS = Date.UTC(2026, 10, 29);
const ADMIN = { ...SESSION, userId: 'a1', role: 'system-admin' } as const;
const NEXT = { journal: Buffer.alloc(32, 61), slice: Buffer.alloc(32, 62) };

let entry: string;
let former: string;
const removes: (() => void)[] = [];
const folders: string[] = [];
beforeAll(async () => {
  const built = await buildStore();
  // A program of before: no table for the key, and nothing is sealed.
  const old = await buildStore([
    ['migrations/run.ts', (text) => text.replace('JOURNAL_0110, JOURNAL_0180]', 'JOURNAL_0110]')],
    [
      'words/words.ts',
      (text) =>
        text.replace(
          'if (sliceKeys.length === 0) return;',
          'if (text === text) return;'.replaceAll('text', 'sliceKeys'),
        ),
    ],
  ]);
  [entry, former] = [built.entry, old.entry];
  removes.push(built.remove, old.remove);
});
afterAll(() => {
  for (const remove of removes) remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function office(): string {
  const made = officeOfBefore(ROWS);
  folders.push(made);
  return made;
}
function folder(): string {
  const made = newPlace();
  folders.push(made);
  return made;
}

const nextKeys = (): StoreKeys => ({
  ...storeKeys(),
  journal: Uint8Array.from(NEXT.journal),
  slice: Uint8Array.from(NEXT.slice),
});

async function opened(at: string, keys: StoreKeys = storeKeys(), program = entry) {
  const { store, state } = await openStore(program, at, { create: false, keys });
  expect(state.fault).toBeUndefined();
  return store;
}
async function readable(at: string, keys: StoreKeys = storeKeys()): Promise<void> {
  const store = await opened(at, keys);
  await expectWords(store, ROWS);
  await store.call('close', {});
}
async function asAdmin(at: string): Promise<StoreClient> {
  const keys = { journal: Uint8Array.from(MASTER.journal) };
  return (await openStore(entry, at, { create: false, session: ADMIN, keys })).store;
}

// Would catch: an administrator's session that seals under a key of its own, so that nobody reads the words any more, that
// leaves the journal as done, or that is given words by any question.
it('is left to the first working role where an administrator opens a journal of before first', async () => {
  const at = office();
  for (let round = 0; round < 2; round++) {
    const store = await asAdmin(at);
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    await store.call('auditAppend', { kind: 'login', actor: 'a1', payload: { badge: 'A1' } });
    await store.call('factSet', { name: 'reports:a1', value: '[]' });
    await store.call('close', {});
    expect(sealingOf(at)).toMatchObject({ sealed: 0, isOwed: false });
  }
  await readable(at);
  expect(clearBytes(at)).toEqual([]);
  const store = await asAdmin(at);
  const shown = [
    await store.call('historyList', { userId: OWNER, before: null, limit: 200 }),
    await store.call('batchList', { userId: OWNER, limit: 9 }),
    await store.call('savedList', { userId: OWNER }),
    await store.call('factGet', { name: 'site-visit:v' }),
    await store.call('auditPage', { before: null, limit: 200, filter: {} }).catch(String),
  ];
  expect(JSON.stringify(shown)).not.toContain('往日');
  const asked = { batch: 'list-of-before', userId: OWNER, verdicts: null, offset: 0, limit: 9 };
  await expect(store.call('batchRows', asked)).rejects.toMatchObject({ code: 'BATCH_GONE' });
  await store.call('close', {});
  await readable(at);
});

describe('a backup', () => {
  const restored = async (
    place: string,
    generation: number,
    keys = { journal: MASTER.journal, slice: MASTER.slice },
    keptJournal: string | null = null,
  ): Promise<string> => {
    const target = folder();
    const store = launch(entry);
    const order = restoreOf(place, generation, target, keptJournal);
    const given = {
      journal: Uint8Array.from(keys.journal),
      slice: Uint8Array.from(keys.slice),
    };
    await store.call('restoreFill', { ...order, keys: given });
    await store.call('close', {}).catch(() => store.kill());
    return target;
  };

  // Would catch: a journal that comes back with words which no key opens, or in clear for good.
  it('of before, of now, and of both sides of a change of keys gives the words back', async () => {
    const at = office();
    const place = folder();
    plantFiles(at);
    let store = await opened(at, storeKeys(), former);
    await expectWords(store, ROWS);
    const before = await store.call('backupRun', orderOf(place, at, 'full'));
    await store.call('close', {});
    expect(clearBytes(at)).not.toEqual([]);
    store = await opened(at);
    const now = await store.call('backupRun', orderOf(place, at, 'full'));
    await store.call('rekey', { file: 'slice', nextKey: Uint8Array.from(NEXT.slice) });
    await store.call('rekey', { file: 'journal', nextKey: Uint8Array.from(NEXT.journal) });
    await store.call('close', {});
    await readable(at, nextKeys());
    store = await opened(at, nextKeys());
    const after = await store.call('backupRun', orderOf(folder(), at, 'full'));
    const later = folder();
    const own = await store.call('backupRun', orderOf(later, at, 'full'));
    expect(after.generation).toBeGreaterThan(0);
    await store.call('close', {});

    const ofBefore = await restored(place, before.generation);
    expect(clearBytes(ofBefore)).not.toEqual([]);
    await readable(ofBefore);
    expect(clearBytes(ofBefore)).toEqual([]);
    await readable(await restored(place, now.generation));
    const ofAfter = await restored(later, own.generation, NEXT);
    await readable(ofAfter, nextKeys());
    // The present journal goes on beside the slice of the backup.
    await readable(await restored(later, own.generation, NEXT, at), nextKeys());
  });
});

describe('a damaged journal', () => {
  const recovery = (at: string) => ({
    officeDir: at,
    key: Uint8Array.from(MASTER.journal),
  });
  const renewed = async (at: string) => {
    const store = launch(entry);
    const how = { userId: 'u1', deviceId: SESSION.deviceId, fault: 'STORE_CORRUPT', atMs: AT_MS };
    await store.call('renewJournal', { ...recovery(at), ...how });
    store.kill();
  };

  // Would catch: a new journal that carries the words over without their key; a salvage that the centre cannot read, or one
  // that a role without the slice's key got opened.
  it('is salvaged and replaced with words that are readable', async () => {
    const at = office();
    await readable(at);
    const texts: string[][] = [];
    for (const sliceKeys of [[Uint8Array.from(MASTER.slice)], []]) {
      const store = launch(entry);
      const path = join(at, `salvage-${texts.length}.db`);
      const newKey = Buffer.alloc(32, 7);
      await store.call('salvage', {
        ...recovery(at),
        newKey: Uint8Array.from(newKey),
        path,
        sliceKeys,
      });
      store.kill();
      const db = openReadable({ path, key: newKey });
      const found = db.all(sql`select text from query_log where userId = ${OWNER} order by id`);
      texts.push(found.map(([text]) => String(text)));
      db.close();
    }
    expect(texts[0]?.every((text) => text.startsWith('往日检索'))).toBe(true);
    expect(texts[1]?.some((text) => text.includes('往日'))).toBe(false);
    await renewed(at);
    await readable(at);
  });

  // Would catch: all words lost with the one page that their key lies on.
  it('has the key of the words once more', async () => {
    const at = office();
    await readable(at);
    const path = join(at, 'journal.db');
    let db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    db.run(sql`delete from word_key`);
    db.close();
    await readable(at);
    db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    expect(db.value(sql`select count(*) from word_key`)).toBe(1);
    db.run(sql`delete from fact where name = 'words.key'`);
    db.close();
    await readable(at);
  });

  // Would catch: people who cannot hand in a report any more, or open their pages, because of words that are lost.
  it('lets work go on where that key is gone for good', async () => {
    const at = office();
    let store = await opened(at);
    await store.call('factSet', { name: 'reports:u1', value: '[{"key":"k"}]' });
    await store.call('close', {});
    const path = join(at, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    db.run(sql`delete from word_key`);
    db.run(sql`delete from fact where name = 'words.key'`);
    db.run(sql`insert or replace into fact values (${`saved.mark.${OWNER}`}, '8')`);
    db.close();
    store = await opened(at);
    expect(await store.call('factGet', { name: 'reports:u1' })).toBeNull();
    const history = await store.call('historyList', { userId: OWNER, before: null, limit: 200 });
    expect(history.map(({ text }) => text)).toEqual(Array.from({ length: ROWS }, () => null));
    expect(await store.call('batchList', { userId: OWNER, limit: 9 })).toHaveLength(1);
    // The centre gives these anew.
    expect(await store.call('savedList', { userId: OWNER })).toEqual({ rows: [], mark: 0 });
    await store.call('factSet', { name: 'reports:u1', value: '[{"key":"l"}]' });
    await ask(store, 'search.query', { text: '王', filter: {}, offset: 0, limit: 5 });
    await store.call('close', {});
    store = await opened(at);
    expect(await store.call('factGet', { name: 'reports:u1' })).toBe('[{"key":"l"}]');
    const again = await store.call('historyList', { userId: 'u1', before: null, limit: 1 });
    expect(again[0]?.text).toBe('王');
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    await store.call('close', {});
  });
});

describe('somebody who holds the journal’s key', () => {
  const planted = '[{"key":"k","title":"伪造"}]';
  const plant = (at: string, ...more: ReturnType<typeof sql>[]) => {
    const path = join(at, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    for (const statement of more) db.run(statement);
    db.run(sql`insert or replace into fact values ('reports:u1', ${planted})`);
    db.run(
      sql`insert into saved_item values ('forged', ${OWNER}, 'search', '伪造', '{"text":"伪造"}', 3, 5)`,
    );
    db.close();
  };
  const isRefused = async (at: string) => {
    const store = await opened(at);
    expect(await store.call('factGet', { name: 'reports:u1' })).toBeNull();
    const items = (await store.call('savedList', { userId: OWNER })).rows;
    expect(items.filter(({ title }) => title === '伪造')).toEqual([]);
    await store.call('close', {});
    // Title and body are kept as they were found, and not sealed; the fact lies aside.
    expect(sealingOf(at).clear).toBe(2);
  };
  const wrapsOf = (at: string) => {
    const path = join(at, 'journal.db');
    const db = openReadable({ path, key: MASTER.journal });
    const [wrap] = db.all(sql`select name, wrapped from word_key`);
    const copy = String(db.value(sql`select value from fact where name = 'words.key'`));
    db.close();
    return { name: wrap?.[0] ?? null, wrapped: wrap?.[1] ?? null, copy };
  };

  // Would catch: what he wrote by hand sealed, and shown from then on, as if its owner had written it.
  it('takes the key away and has nothing of his own sealed in its place', async () => {
    const at = office();
    await readable(at);
    plant(at, sql`delete from word_key`, sql`delete from fact where name = 'words.key'`);
    await isRefused(at);
  });

  // Would catch: an item that does not open hidden for good, or asked for anew at every page, so that nothing else comes down.
  it('has a saved item that does not open come down once more, and what follows it too', async () => {
    const at = office();
    await readable(at);
    plant(at, sql`insert or replace into fact values (${`saved.mark.${OWNER}`}, '8')`);
    const store = await opened(at);
    const userId = OWNER;
    const change = (rank: number, item: string) => ({
      rank,
      item: { item, kind: 'search' as const, title: item, body: '{"text":"x"}', isDeleted: false },
    });
    expect((await store.call('savedList', { userId })).mark).toBe(8);
    const later = [change(9, 'later')];
    expect(await store.call('savedTake', { userId, changes: later, head: 9 })).toEqual({ mark: 0 });
    const all = [change(3, 'forged'), ...later];
    expect(await store.call('savedTake', { userId, changes: all, head: 9 })).toEqual({ mark: 9 });
    const { rows, mark } = await store.call('savedList', { userId });
    expect(mark).toBe(9);
    expect(rows.map(({ title }) => title)).toEqual(expect.arrayContaining(['forged', 'later']));
    expect(await store.call('savedTake', { userId, changes: [], head: 9 })).toEqual({ mark: 9 });
    await store.call('close', {});
  });

  // Would catch: a log whose column says that nothing was ever sealed believed against what is chained.
  it('writes another kind beside the entry of the first sealing, and is refused all the same', async () => {
    const at = office();
    await readable(at);
    plant(
      at,
      sql`delete from word_key`,
      sql`delete from fact where name = 'words.key'`,
      sql`update audit set kind = 'query' where kind = 'words-sealed'`,
      sql`update audit set payload = null, salt = null where payload is not null`,
      sql`update work_item set note = 'x' where note is not null`,
      sql`update fact set value = '[]' where substr(value, 1, 1) = char(1)`,
      sql`update batch set title = 'x'`,
      sql`update batch_row set input = '{}'`,
      sql`update saved_item set title = 'x', body = '{"text":"x"}'`,
      sql`update query_log set text = 'x' where text is not null`,
      sql`update query_log set filter = '{}' where filter is not null`,
    );
    const store = await opened(at);
    expect(await store.call('factGet', { name: 'reports:u1' })).toBeNull();
    expect((await store.call('savedList', { userId: OWNER })).rows).toEqual([]);
    await store.call('close', {});
  });

  // Would catch: the same by a copy of the key's row of before the first sealing had come to its end.
  it('puts the key of before the first sealing back and has nothing sealed either', async () => {
    const at = office();
    const early = await buildStore([
      [
        'words/words.ts',
        (text) =>
          text.replace(
            'if (!this.key.isDone)',
            'if (!this.key.isDone) process.kill(process.pid, 9);\nif (!this.key.isDone)',
          ),
      ],
    ]);
    removes.push(early.remove);
    await expect(opened(at, storeKeys(), early.entry)).rejects.toMatchObject({
      code: 'STORE_CRASHED',
    });
    const { name, wrapped, copy } = wrapsOf(at);
    await readable(at);
    plant(
      at,
      sql`update word_key set name = ${name}, wrapped = ${wrapped}`,
      sql`update fact set value = ${copy} where name = 'words.key'`,
    );
    expect(wrapsOf(at).copy).toBe(copy);
    await isRefused(at);
  });

  // Would catch: somebody's list, look-ups or saved items under another one's name, or a row of a list judged otherwise.
  it('gives nobody what is another one’s', async () => {
    const at = office();
    await readable(at);
    const path = join(at, 'journal.db');
    const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    for (const table of ['batch', 'saved_item', 'query_log'])
      db.exec(`update ${table} set userId = 'u1' where userId = '${OWNER}'`);
    db.close();
    let store = await opened(at);
    const history = await store.call('historyList', { userId: 'u1', before: null, limit: 200 });
    const lists = await store.call('batchList', { userId: 'u1', limit: 9 });
    const items = await store.call('savedList', { userId: 'u1' });
    expect(JSON.stringify([history, lists, items])).not.toContain('往日');
    const altered = { code: 'SEALED_VALUE_ALTERED' };
    const asked = { batch: 'list-of-before', verdicts: null, offset: 0, limit: 9 };
    await expect(store.call('batchRows', { ...asked, userId: 'u1' })).rejects.toMatchObject(
      altered,
    );
    await store.call('close', {});
    // A title under a key that nobody has says of nobody that the list is his.
    const once = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
    const strange = `\u0001${Buffer.alloc(64, 7).toString('base64')}`;
    once.run(sql`update batch set title = ${strange}`);
    once.close();
    store = await opened(at);
    await expect(store.call('batchRows', { ...asked, userId: 'u1' })).rejects.toMatchObject({
      code: 'BATCH_GONE',
    });
    await store.call('close', {});
    const other = office();
    await readable(other);
    const rows = openWritable({
      path: join(other, 'journal.db'),
      key: MASTER.journal,
      mayCreate: false,
      isDurable: true,
    });
    rows.run(sql`update batch_row set verdict = 'valid' where "row" = 3`);
    rows.close();
    store = await opened(other);
    await expect(store.call('batchRows', { ...asked, userId: OWNER })).rejects.toMatchObject(
      altered,
    );
    await store.call('close', {});
  });
});

// Would catch: what is sealed left behind by the clearing of the own list or by a purge, or purged before its time.
it('goes from the own list when that is cleared, and from the file when its term ends', async () => {
  const at = office();
  const store = await opened(at);
  expect(await store.call('historyClear', { userId: OWNER })).toEqual({ cleared: ROWS });
  expect(await store.call('historyList', { userId: OWNER, before: null, limit: 9 })).toEqual([]);
  const before = sealingOf(at).sealed;
  const cut = { actor: 'u1', lookUpsBeforeMs: 1_795_000_000_000 + 20, batchesBeforeMs: 1 };
  for (let isDone = false; !isDone; ) ({ isDone } = await store.call('retentionPurge', cut));
  // Twenty texts and the filter of every fifth of them.
  expect(sealingOf(at).sealed).toBe(before - 20 - 4);
  const all = { ...cut, lookUpsBeforeMs: 1_800_000_000_000, batchesBeforeMs: 1_800_000_000_000 };
  for (let isDone = false; !isDone; ) ({ isDone } = await store.call('retentionPurge', all));
  expect(await store.call('batchList', { userId: OWNER, limit: 9 })).toEqual([]);
  await store.call('close', {});
  const db = openReadable({ path: join(at, 'journal.db'), key: MASTER.journal });
  expect(db.value(sql`select count(*) from query_log where userId = ${OWNER}`)).toBe(0);
  expect(db.value(sql`select count(*) from batch_row`)).toBe(0);
  db.close();
});

// Would catch: a look-up that was made in the emergency reader and comes into the journal in clear, or under a place of its
// own where the page does not find it.
it('is sealed where a look-up comes in from the emergency reader', async () => {
  const at = office();
  await readable(at);
  const source = 'emergency-1';
  const store = await opened(at);
  const audit = { kind: 'query', actor: OWNER, payload: { count: 1, text: '往日应急检索' } };
  const entry1 = {
    kind: 'query',
    text: '往日应急检索',
    tag: null,
    filter: null,
    subject: null,
    count: 1,
  } as const;
  const log = { userId: OWNER, entries: [entry1] };
  const acts = [{ source, atMs: AT_MS, device: SESSION.deviceId, audit, log }];
  expect(await store.call('auditImport', { acts })).toEqual({ imported: 1 });
  const [newest] = await store.call('historyList', { userId: OWNER, before: null, limit: 1 });
  expect(newest?.text).toBe('往日应急检索');
  await store.call('close', {});
  expect(clearBytes(at)).toEqual([]);
});
