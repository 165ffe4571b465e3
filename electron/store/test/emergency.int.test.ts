import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSealedLog } from '../../crypto/sealed-log';
import { EMERGENCY_LOG_FILE, readRecord } from '../emergency/log-record';
import type { StoreClient } from '../launcher';
import type { ImportedAct } from '../protocol';
import type { SearchOutput } from '../queries/search';
import { type Change, changeSet } from './changes';
import {
  EPOCH,
  emergencyLogKey,
  makeCheckpoint,
  makePage,
  makeSegments,
  REFERENCE,
  REGION,
} from './fixture';
import { ask, buildStore, LOAD_ID, loadSet, newOffice, openStore } from './rig';
import { type FixtureRow, type FixtureSet, makeSet, TODAY } from './rows';

let entry: string;
let remove: () => void;
const offices: string[] = [];
const stores: StoreClient[] = [];
const office = (): string => {
  offices.push(newOffice());
  return offices.at(-1) ?? '';
};
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => {
  for (const store of stores) store.kill();
  remove();
  for (const dir of offices) rmSync(dir, { recursive: true, force: true });
});

async function open(isEmergency: boolean, dir = office()): Promise<StoreClient> {
  const { store } = await openStore(entry, dir, { isEmergency });
  stores.push(store);
  return store;
}

/** Every record of the log, opened; the log must hold. */
function logOf(dir: string) {
  const head = readFileSync(join(dir, 'emergency-audit.head'));
  const log = readSealedLog(readFileSync(join(dir, EMERGENCY_LOG_FILE)), head, emergencyLogKey());
  expect(log.fault).toBeNull();
  return { ...log, records: log.payloads.map(readRecord) };
}

/** A hundred and more things that people ask, over every way of searching, records and boards. */
function questions(set: FixtureSet): (readonly [string, unknown])[] {
  const asked: (readonly [string, unknown])[] = [];
  const search = (text: string, filter: unknown = {}) =>
    asked.push(['search.query', { text, filter, offset: 0, limit: 50 }]);
  const nth = <T>(rows: readonly T[], i: number): T => rows[(i * 37) % rows.length] as T;
  for (let i = 0; i < 12; i++) {
    const person = nth<FixtureRow>(set.person, i);
    const idNumber = String(person.private?.idNumber);
    const name = String(person.public.name);
    search(idNumber);
    search(idNumber.slice(-4));
    search(idNumber.slice(0, 6));
    search(name);
    search(name.slice(0, 1), { statuses: ['expired'] });
    search(`${name.slice(0, 1)}错${name.slice(2)}`);
    asked.push(['search.suggest', { text: name.slice(0, 1) }]);
    const certificate = nth<FixtureRow>(set.certificate, i);
    search(String(certificate.public.number ?? 'T110105'));
    asked.push(['records.certificate', { id: certificate.id }]);
  }
  const company = nth<FixtureRow>(set.company, 1);
  search(String(company.public.uscc));
  search(String(company.public.name).slice(0, 4));
  for (const text of ['', 'zhang', 'wangwei', 'wangwie', '新名', 'li三', '不存在的人'])
    search(text);
  asked.push(['search.suggest', { text: 'zh' }]);
  for (const filter of [{}, { kinds: ['special-operation'] }, { regions: ['1101'] }])
    asked.push(['boards.query', { filter, day: TODAY }]);
  return asked;
}

/** The answer without what measures the machine. */
function comparable(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === 'tookMs' ? 0 : value)));
}

async function both(
  stores: readonly StoreClient[],
  act: (store: StoreClient) => Promise<unknown>,
): Promise<void> {
  const [native, emergency] = await Promise.all(stores.map(act));
  expect(comparable(emergency)).toEqual(comparable(native));
}

describe('the emergency reader', () => {
  // Would catch: any answer in which the engine in memory, its row shapes or its order differ from the encrypted store.
  it('answers exactly as the encrypted store, after the load and after pages', async () => {
    const pair = [await open(false), await open(true)];
    let set: FixtureSet = makeSet(700, 31);
    const segments = makeSegments(set);
    await both(pair, (store) => loadSet(store, set, segments));
    expect(questions(set).length).toBeGreaterThan(100);
    for (const [route, input] of questions(set)) await both(pair, (one) => ask(one, route, input));
    for (let nth = 1; nth <= 3; nth++) {
      const change: Change = changeSet(set, 300 + nth, nth, nth + 1, nth);
      set = change.set;
      const { page, sealed } = change;
      const checkpoint = makeCheckpoint(set, nth + 1);
      await both(pair, (store) => store.call('applyPage', { page, sealed, checkpoint }));
    }
    for (const [route, input] of questions(set)) await both(pair, (one) => ask(one, route, input));
    const { root } = makeCheckpoint(set, 4);
    for (const store of pair)
      expect(await store.call('verify', { mode: 'quick' })).toMatchObject({ isEqual: true, root });
    await both(pair, async (store) => ({ ...(await store.call('state', {})), lastVerify: null }));
    for (const store of pair) await store.call('close', {});
  });

  // Would catch: data shown whose root is not the signed one, or a damaged object that gets in.
  it('refuses what does not lead to the signed root, and goes on with sound data', async () => {
    const store = await open(true);
    const set = makeSet(200, 32);
    const finish = {
      cursor: { region: REGION, epoch: EPOCH, rseq: 1, cursor: 'c1' },
      referencePack: REFERENCE,
      withLate: true,
    };
    const fill = async () => {
      await store.call('loadBegin', LOAD_ID);
      for (const { sha256, object, sealed } of makeSegments(set))
        await store.call('loadSegment', { sha256, object, sealed });
    };
    await fill();
    const [first] = makeSegments(set);
    const altered = Buffer.from(first?.object ?? []);
    altered[altered.length >> 1] = (altered[altered.length >> 1] ?? 0) ^ 4;
    await expect(
      store.call('loadSegment', {
        sha256: first?.sha256 ?? '',
        object: altered,
        sealed: first?.sealed ?? null,
      }),
    ).rejects.toMatchObject({ code: 'SYNC_OBJECT_DAMAGED' });
    const wrong = makeCheckpoint(makeSet(199, 32), 1);
    expect(await store.call('loadFinish', { ...finish, checkpoint: wrong })).toMatchObject({
      isEqual: false,
    });
    expect((await store.call('state', {})).hasSlice).toBe(false);
    await expect(
      ask(store, 'search.query', { text: '', filter: {}, offset: 0, limit: 1 }),
    ).rejects.toThrow('SLICE_EMPTY');
    await fill();
    const checkpoint = makeCheckpoint(set, 1);
    expect((await store.call('loadFinish', { ...finish, checkpoint })).isEqual).toBe(true);
    const change = changeSet(set, 5, 1, 2, 1);
    await expect(
      store.call('applyPage', { page: change.page, sealed: change.sealed, checkpoint }),
    ).rejects.toMatchObject({ code: 'SYNC_ROOT_MISMATCH' });
    await expect(
      store.call('applyPage', { page: makePage({}, 2, 3), sealed: {}, checkpoint: null }),
    ).rejects.toMatchObject({ code: 'SYNC_PROTOCOL' });
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    await store.call('close', {});
  });

  // Would catch: a plain copy of records in the office's folder or among the system's temporary files.
  it('writes nothing but its sealed log, not even while it sorts and loads', async () => {
    const temporary = office();
    const dir = office();
    const former = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    const store = await open(true, dir);
    if (former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = former;
    const set = makeSet(600, 33);
    await loadSet(store, set);
    const person = set.person[3] as FixtureRow;
    for (const text of ['', String(person.public.name), String(person.private?.idNumber)])
      await ask(store, 'search.query', { text, filter: {}, offset: 0, limit: 50 });
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(dir).sort()).toEqual(['emergency-audit.head', EMERGENCY_LOG_FILE]);
    for (const file of readdirSync(dir)) {
      const bytes = readFileSync(join(dir, file));
      for (const text of [person.public.name, person.private?.idNumber, 'search', 'query'])
        expect(bytes.includes(Buffer.from(String(text)))).toBe(false);
    }
    await store.call('close', {});
  });

  // Would catch: an act that would change something answered as if it had been done.
  it('refuses everything that writes, and roles that read nothing', async () => {
    const store = await open(true);
    await loadSet(store, makeSet(60, 34));
    for (const act of [
      store.call('exportOpen', { filter: {} }),
      store.call('ledgerList', { limit: 1 }),
      store.call('auditImport', { acts: [] }),
    ])
      await expect(act).rejects.toMatchObject({ code: 'EMERGENCY_READ_ONLY' });
    await expect(ask(store, 'exports.start', {})).rejects.toThrow('FORBIDDEN');
    await store.call('close', {});
    const session = {
      userId: 'a',
      badge: '9',
      name: '审计',
      role: 'auditor',
      regions: [],
      deviceId: 'd1',
    } as const;
    await expect(openStore(entry, office(), { isEmergency: true, session })).rejects.toMatchObject({
      code: 'EMERGENCY_READ_ONLY',
    });
  });
});

describe('the emergency log', () => {
  const query = (store: StoreClient, text: string) =>
    ask<SearchOutput>(store, 'search.query', { text, filter: {}, offset: 0, limit: 5 });

  function actsOf(dir: string): ImportedAct[] {
    const log = logOf(dir);
    return log.records.flatMap(({ atMs, device, audit, log: shown }, i) =>
      audit === undefined
        ? []
        : [
            {
              source: `emergency:${log.id}:${i + 1}`,
              atMs,
              device,
              audit,
              ...(shown === undefined ? {} : { log: shown }),
            },
          ],
    );
  }

  // Would catch: an act missing in the journal after the import, there twice, or a chain that no longer verifies.
  it('is imported into the journal once, in order, and the chain verifies', async () => {
    const dir = office();
    const set = makeSet(80, 35);
    const store = await open(true, dir);
    await loadSet(store, set);
    const person = set.person[2] as FixtureRow;
    await store.call('auditAppend', { kind: 'login', actor: 'u1', payload: { role: 'inspector' } });
    await query(store, String(person.public.name));
    await query(store, String(person.private?.idNumber));
    const [certificate] = set.certificate;
    await ask(store, 'records.certificate', { id: certificate?.id });
    const audit = { kind: 'reveal', actor: 'u1', payload: { reason: 'on-site-check' } };
    const certificateIds = [certificate?.id ?? 0];
    const sealed = await store.call('revealFetch', { certificateIds, isBatch: false, audit });
    expect(sealed[0]?.personBlob?.length).toBeGreaterThan(10);
    await store.call('auditAppend', { kind: 'lock', actor: 'u1', payload: {} });
    await store.call('close', {});
    const acts = actsOf(dir);
    expect(acts.map((act) => act.audit.kind)).toEqual([
      'slice-loaded',
      'login',
      'query',
      'query',
      'view',
      'reveal',
      'lock',
    ]);
    expect(JSON.stringify(acts)).not.toContain(String(person.private?.idNumber));
    const native = await open(false, office());
    expect(await native.call('auditImport', { acts })).toEqual({ imported: acts.length });
    expect(await native.call('auditImport', { acts })).toEqual({ imported: 0 });
    expect(await native.call('auditVerify', {})).toMatchObject({
      isIntact: true,
      entries: acts.length,
    });
    await native.call('close', {});
  });

  // Would catch: a search or a record shown although its log entry could not be written.
  it('answers nothing that it cannot log, and answers again when it can', async () => {
    const dir = office();
    const store = await open(true, dir);
    await loadSet(store, makeSet(60, 36));
    await query(store, '王');
    const path = join(dir, EMERGENCY_LOG_FILE);
    renameSync(path, `${path}.away`);
    mkdirSync(path);
    await expect(query(store, '李')).rejects.toThrow();
    await expect(
      store.call('revealFetch', {
        certificateIds: [1],
        isBatch: false,
        audit: { kind: 'reveal', actor: 'u1', payload: {} },
      }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
    rmdirSync(path);
    renameSync(`${path}.away`, path);
    const before = logOf(dir).records.length;
    await query(store, '张');
    expect(logOf(dir).records.at(-1)?.audit?.payload).toMatchObject({ text: '张' });
    expect(logOf(dir).records.length).toBe(before + 1);
    await store.call('close', {});
  });

  // Would catch: acts lost after a kill in the middle of a write, or new acts appended to a log that was changed.
  it('survives a kill and a torn write, and sets a changed log aside', async () => {
    const dir = office();
    const path = join(dir, EMERGENCY_LOG_FILE);
    const store = await open(true, dir);
    await loadSet(store, makeSet(60, 37));
    await query(store, '王');
    store.kill();
    const known = logOf(dir).records.length;
    appendFileSync(path, Buffer.from([0, 0, 1, 0, 7, 7]));
    const second = await open(true, dir);
    const records = logOf(dir).records;
    expect(records).toHaveLength(known + 1);
    expect(records.at(-1)?.audit).toMatchObject({ kind: 'emergency-log-torn' });
    await second.call('close', {});
    const bytes = readFileSync(path);
    const at = statSync(path).size - 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const third = await open(true, dir);
    expect(logOf(dir).records[0]?.audit).toMatchObject({ kind: 'emergency-log-refused' });
    const kept = readdirSync(dir).filter((name) => name.startsWith('emergency-audit.kept-'));
    expect(kept.length).toBe(2);
    expect(existsSync(path)).toBe(true);
    await third.call('close', {});
  });

  // Would catch: the hour's measure of numbers asked for beginning anew with every start of the reader.
  it('limits what masks hide over restarts', async () => {
    const dir = office();
    const set = makeSet(60, 38);
    const first = await open(true, dir);
    await loadSet(first, set);
    const reveal = (store: StoreClient, ids: readonly number[]) =>
      store.call('revealFetch', {
        certificateIds: ids,
        isBatch: false,
        audit: { kind: 'reveal', actor: 'u1', payload: {} },
      });
    const ids = Array.from({ length: 60 }, (_, i) => i + 1);
    await reveal(first, ids);
    await first.call('close', {});
    const second = await open(true, dir);
    await expect(reveal(second, [999])).rejects.toMatchObject({ code: 'REVEAL_LIMIT' });
    expect(logOf(dir).records.at(-1)?.audit).toMatchObject({ kind: 'reveal-refused' });
    await second.call('close', {});
  });
});
