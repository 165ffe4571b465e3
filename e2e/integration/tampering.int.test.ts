import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveFieldKeys } from '../../electron/crypto/field-keys';
import { openPerson } from '../../electron/crypto/sealed-values';
import type { ManifestLink } from '../../electron/main/services/sync/manifest-chain';
import type { WritableDb } from '../../electron/store/database';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import { generateRegion } from '../../server/generate/generate';
import type { PersonPrivate } from '../../shared/domain/model';
import type { Answer } from '../../shared/ipc/define';
import type { DeepStatus } from '../../shared/ipc/routes/deep-check';
import { dayInShanghai } from '../../shared/kernel/day';
import type { Checkpoint } from '../../shared/protocol/manifest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';
import { FORGERIES, factOf, secondRoots } from './forged-state';
import { TAMPERINGS, type Tampering } from './tampering';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const TODAY = dayInShanghai(Date.now());
const DATA = { region: REGION, certificates: 600, seed: 'tampering', today: TODAY };
const PASSWORD = 'wang-wei-2026';
/** `npm run proof -- tampering` asks for more. */
const mixtures = Number(process.env.FIELDCERT_MIXTURES ?? 4);
const seedText = process.env.FIELDCERT_MIXTURE_SEED;
const seed = seedText === undefined ? undefined : Number(seedText);

let folder: string;
let central: Central;
let rig: DeskRig;
let asked: string[] = [];
/** What the server has, by its own generator: private values by person. */
const secrets = new Map<number, PersonPrivate>();
let sound: Record<string, unknown>;
let answers: unknown;

/** What somebody does who has the data key in hand. */
function withKey<T>(act: (db: WritableDb) => T): T {
  const { paths, sessions } = rig.office.demandServices();
  const key = sessions.demand().keys.copy('slice');
  const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
  try {
    return db.transaction(() => act(db));
  } finally {
    db.close();
  }
}

/** Every row and tag there is; sealed values opened here, independently, and compared with the server's. */
function dump(): Record<string, unknown> {
  const { sessions } = rig.office.demandServices();
  const field = sessions.demand().keys.copy('field');
  return withKey((db) => {
    const tables: Record<string, unknown> = {};
    for (const table of ['company', 'event', 'training', 'exam', 'attachment'])
      tables[table] = db.all({ text: `select * from "${table}" order by id`, values: [] });
    tables.certificate = db.all({
      text: `select ${columnsBut(db, 'certificate')} from certificate order by id`,
      values: [],
    });
    tables.person = db.all({
      text: `select ${columnsBut(db, 'person')}, n.text, k.pinyin, k.initials from person p
        join name n on n.id = p.nameId join name_key k on k.id = n.id order by p.id`,
      values: [],
    });
    tables.names = db.all(sql`select text from name order by text`);
    tables.buckets = db.all(sql`select * from digest_bucket order by entity, bucket`);
    tables.issuers = factOf(db, 'reference-pack');
    tables.counts = JSON.parse(
      String(db.value(sql`select value from sync_state where name = 'counts'`)),
    );
    tables.schema = db.all(
      sql`select type, name, sql from sqlite_master where sql is not null order by name`,
    );
    for (const row of db.all(sql`select id, sealed from person`)) {
      const blob = row[1] as Uint8Array;
      const version = ((blob[1] ?? 0) << 8) | (blob[2] ?? 0);
      const opened = openPerson(blob, deriveFieldKeys(field, version));
      expect(opened).toEqual({ ok: true, value: secrets.get(Number(row[0])) });
    }
    return tables;
  });
}

/** Columns of a table but numbers of names, which are the device's own, and sealed bytes, which are new each time. */
function columnsBut(db: WritableDb, table: string): string {
  return db
    .all({ text: `select name from pragma_table_info('${table}')`, values: [] })
    .map((row) => String(row[0]))
    .filter((name) => name !== 'nameId' && name !== 'sealed')
    .map((name) => (table === 'person' ? `p."${name}"` : `"${name}"`))
    .join(', ');
}

/** What people ask: names, numbers and parts of them, and whole lists. */
async function ask(): Promise<unknown> {
  const { store } = rig.office.demandServices();
  const given: unknown[] = [];
  const texts = [...secrets.values()]
    .slice(0, 6)
    .flatMap(({ idNumber }) => [idNumber, idNumber.slice(-4)]);
  const names = withKey((db) => db.all(sql`select distinct "name" from person order by 1 limit 8`));
  for (const text of ['', ...texts, ...names.map((row) => String(row[0]))]) {
    const input = { text, filter: {}, offset: 0, limit: 50 };
    const answer = (await store.call('portRequest', { route: 'search.query', input })) as Answer<{
      total: number;
      items: unknown[];
    }>;
    if (!answer.ok) throw new Error(answer.error.code);
    given.push([text, answer.data.total, answer.data.items]);
  }
  return JSON.parse(JSON.stringify(given));
}

async function reopened(): Promise<void> {
  await rig.office.lock('person');
  await rig.office.open({ badge: 'A1024', password: new TextEncoder().encode(PASSWORD) });
  await rig.office.demandServices().sync.settled();
}

async function synced(): Promise<void> {
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
  expect((await sync.status()).runs[0]).toMatchObject({ outcome: 'done', isFirst: false });
}

async function deep(): Promise<DeepStatus> {
  const { deepCheck } = rig.office.demandServices();
  deepCheck.start();
  await deepCheck.settled();
  return deepCheck.status();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-tamper-'));
  central = await startCentral({
    dir: join(folder, 'central'),
    seen: (_method, address) => void asked.push(address.replace(/\?.*/, '')),
  });
  await central.seed(DATA);
  rig = await startDeskRig(undefined, { hasLineSettings: true });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode(PASSWORD);
  await rig.office.enrol({ address: central.url, code, password });
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
  let id = 0;
  const generated = [...generateRegion(DATA, () => ++id)].flatMap(({ rows }) => rows.person ?? []);
  // Numbered elsewhere than at the server, in the same order.
  const ids = withKey((db) => db.all(sql`select id from person order by id`));
  [...generated]
    .sort((a, b) => a.id - b.id)
    .forEach(({ secret }, i) => {
      secrets.set(Number(ids[i]?.[0]), secret as unknown as PersonPrivate);
    });
  // The daily check would look at the same rows in between.
  const { selfCheck } = rig.office.demandServices();
  if ((await selfCheck.status()).running === null) selfCheck.start();
  await selfCheck.settled();
  sound = dump();
  answers = await ask();
}, 300_000);
afterAll(async () => {
  await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

/** Does all of it, in a file that nobody else has changed since. */
function tamper(acts: readonly Tampering[], seed: number): void {
  let next = seed;
  withKey((db) => {
    const ordered = [...acts].sort((a, b) => Number(a.isLast ?? 0) - Number(b.isLast ?? 0));
    for (const one of ordered)
      one.act(db, (query) => {
        const rows = db.all({ text: query, values: [] });
        next = (next * 1_103_515_245 + 12_345) % 2 ** 31;
        return Number(rows[next % rows.length]?.[0]);
      });
  });
}

async function expectMended(acts: readonly Tampering[], seed: number): Promise<void> {
  const { sync } = rig.office.demandServices();
  tamper(acts, seed);
  const isRow = acts.some((one) => one.as === 'buckets');
  const isIssuer = acts.some((one) => one.as === 'issuers');
  expect(await sync.verify()).toMatchObject({
    state: isRow || isIssuer ? 'differs' : 'proven',
    why: isIssuer && !isRow ? 'names-differ' : null,
    names: isIssuer ? 'differ' : 'equal',
  });
  asked = [];
  const { last } = await deep();
  for (const { as } of acts) expect(last?.found[as], as).toBeGreaterThan(0);
  const isFetched = acts.some((one) => ['buckets', 'sealed', 'issuers'].includes(one.as));
  await sync.settled();
  if (isFetched) await synced();
  const status = await sync.status();
  expect(status.proof.state).toBe('proven');
  // Of objects the one list of names alone, and that only where they are others.
  const objects = asked.filter((path) => path.includes('/objects/'));
  expect(objects).toHaveLength(isIssuer ? 1 : 0);
  if (isIssuer) expect((await sync.status()).proof.names).toBe('equal');
  // A row that no server can have goes without a question.
  if (acts.some((one) => one.as === 'sealed')) expect(asked).toContain('/v1/sync/repair/rows');
  const repairs = status.runs.slice(0, 2).filter(({ isFirst }) => !isFirst);
  const repaired = Math.max(0, ...repairs.map(({ rows }) => rows));
  expect(repaired).toBeLessThanOrEqual(4 * acts.length);
  expect(dump()).toEqual(sound);
  expect(await ask()).toEqual(answers);
}

describe('tampering with the data key in hand', () => {
  // Would catch: a kind of tampering that nobody notices, or that is not mended to the last tag and search answer.
  it.each(TAMPERINGS)(
    '$name is found and mended',
    async (one) => {
      await expectMended([one], one.name.length * 7_919);
    },
    600_000,
  );

  // Would catch: kinds that hide each other, or a repair of one that leaves the other.
  it(
    'is found and mended in any mixture',
    async () => {
      const mixture = fc.uniqueArray(fc.nat(TAMPERINGS.length - 1), { minLength: 2, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(mixture, fc.nat(1_000_000), async (chosen, seed) => {
          const acts = chosen.map((at) => TAMPERINGS[at] as Tampering);
          await expectMended(acts, seed);
        }),
        // A smaller one would be tried on what the failed one left.
        { numRuns: mixtures, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
      );
    },
    300_000 + mixtures * 300_000,
  );

  // Would catch: rows from the server that meet an index which lies before any deep check has run, and lock the desk.
  it('an index that lies stops no synchronisation', async () => {
    const isLying = (one: Tampering): boolean => one.name.startsWith('an index emptied');
    withKey((db) => {
      db.run(sql`update person set sex = 3 - sex where id % 3 = 1`);
    });
    tamper(TAMPERINGS.filter(isLying), 1);
    const { sync } = rig.office.demandServices();
    expect((await sync.verify()).state).toBe('differs');
    await synced();
    expect((await sync.status()).proof.state).toBe('proven');
    expect(dump()).toEqual(sound);
  }, 600_000);

  // Would catch: a product and a server that share one wrong idea of the digest: both compute it by the same source.
  it('the roots that the server signed come out of a second implementation', () => {
    withKey((db) => {
      const { schema, roots, root } = factOf<Checkpoint>(db, 'checkpoint');
      expect(secondRoots(db, schema)).toEqual({ roots, root });
    });
  });

  // Would catch: a slice that is believed about itself: rows, digests, checkpoint and cursor are all under its own key.
  it.each(FORGERIES)(
    '$name proves nothing, and a synchronisation mends it',
    async ({ state, why, act }) => {
      const before = withKey((db) => factOf<{ rseq: number }>(db, 'cursor').rseq);
      withKey(act);
      const { sync } = rig.office.demandServices();
      expect(await sync.verify()).toMatchObject({ state, why });
      expect((await sync.status()).proof).toMatchObject({ state, why });
      await synced();
      expect((await sync.status()).proof).toMatchObject({ state: 'proven', why: null });
      expect(withKey((db) => factOf<{ rseq: number }>(db, 'cursor').rseq)).toBe(before);
      expect(dump()).toEqual(sound);
    },
    600_000,
  );

  // Would catch: a deep check that finds rows and digests in order and leaves a forged state unproven for good.
  it('a forged state is fetched anew after a deep check', async () => {
    withKey((db) => FORGERIES[0]?.act(db));
    const { sync } = rig.office.demandServices();
    await deep();
    await sync.settled();
    expect((await sync.status()).proof.state).toBe('proven');
    expect(dump()).toEqual(sound);
  }, 600_000);

  // Would catch: what was mended in memory alone, or a proof that a new session does not share.
  it('leaves nothing behind for the next session', async () => {
    await reopened();
    expect(await ask()).toEqual(answers);
    expect((await deep()).last?.found).toEqual({
      buckets: 0,
      sealed: 0,
      derived: 0,
      names: 0,
      issuers: 0,
      moves: 0,
      structure: 0,
    });
    expect(dump()).toEqual(sound);
    const { store } = rig.office.demandServices();
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
  }, 600_000);

  // Would catch: a genuine file of before that is put back, with a certificate valid that was revoked since.
  it('an old slice put back is told as older, and brought forward', async () => {
    const { paths, sync } = rig.office.demandServices();
    await rig.office.lock('person');
    const old = await readFile(paths.slice);
    await reopened();
    await central.mutate({ region: REGION, random: 40, seed: 'since' });
    await rig.office.demandServices().sync.settled();
    await synced();
    const newer = dump();
    expect(newer).not.toEqual(sound);
    rig.lineSettings.set({ isPaused: true });
    await rig.office.lock('person');
    await writeFile(paths.slice, old);
    await reopened();
    expect(await sync.verify()).toMatchObject({ state: 'unproven', why: 'older' });
    rig.lineSettings.set({ isPaused: false });
    await synced();
    expect((await sync.status()).proof.state).toBe('proven');
    expect(dump()).toEqual(newer);
  }, 600_000);

  // Would catch: two servers under one name, or one put back from a copy, whose lists are taken as if they were one chain.
  it('a list that does not go on from those seen is refused, and a list published anew is taken', async () => {
    const { store, sync } = rig.office.demandServices();
    const name = 'sync.manifest-chain';
    const kept = JSON.parse((await store.call('factGet', { name })) ?? '[]') as ManifestLink[];
    await central.snapshot(REGION);
    await synced();
    const seen = JSON.parse((await store.call('factGet', { name })) ?? '[]') as ManifestLink[];
    const [last] = seen.slice(-1);
    expect(seen.length).toBe(kept.length + 1);
    // As if another server had published after the same one.
    const other = { ...last, hash: '5'.repeat(64) };
    await store.call('factSet', { name, value: JSON.stringify([...kept, other]) });
    const before = dump();
    sync.start();
    await sync.settled();
    expect((await sync.status()).runs[0]).toMatchObject({
      outcome: 'failed',
      error: 'SYNC_CHAIN_BROKEN',
    });
    expect(dump()).toEqual(before);
    await central.snapshot(REGION);
    await synced();
  }, 600_000);
});
