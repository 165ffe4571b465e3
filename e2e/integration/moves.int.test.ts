import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WritableDb } from '../../electron/store/database';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { Answer } from '../../shared/ipc/define';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk } from './desk-rig';

const REGION = '3301';
const OTHER = '3302';
const CERTIFICATE = 3;
const HOW = { region: REGION, users: [{ badge: 'A1', name: '王伟', role: 'inspector' }] } as const;
const password = () => new TextEncoder().encode('moves-2026');
const DIFFER = { state: 'differs', why: 'moves-differ', moves: 'differ', buckets: 0, atMs: null };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
let asked: string[] = [];
const rigs: DeskRig[] = [];
/** Certificates of the person who moved. */
let moved: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-moves-'));
  central = await startCentral({
    dir: join(folder, 'central'),
    seen: (_method, address) => void asked.push(address.replace(/\?.*/, '')),
  });
  await central.seed({ region: REGION, certificates: 200 });
  proxy = await startCuttingProxy(central.url);
  const { rig } = await enrolled();
  await synced(rig);
  const person = Number(withKey(rig, (db) => db.value(sql`select min(holder) from certificate`)));
  moved = withKey(rig, (db) =>
    db.all(sql`select id from certificate where holder = ${person} order by id`),
  ).map((row) => Number(row[0]));
  await central.mutate({ region: REGION, movePerson: person, to: OTHER });
  // What moves on later pages is news to this device; the next ones load a state of after.
  await synced(rig);
  expect(await whereTo(rig)).toEqual(moved.map(() => OTHER));
  await central.snapshot(REGION);
}, 900_000);
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  proxy.setDown(false);
});

async function enrolled(): Promise<{ readonly rig: DeskRig; readonly device: string }> {
  const userData = await mkdtemp(join(folder, 'desk-'));
  const desk = await enrolDesk(central, password(), HOW, { userData, through: proxy });
  rigs.push(desk.rig);
  return desk;
}

async function synced(rig: DeskRig): Promise<SyncStatus> {
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
  const status = await sync.status();
  expect(status.runs[0]).toMatchObject({ outcome: 'done', error: null });
  return status;
}

/** What somebody does who has the data key in hand. */
function withKey<T>(rig: DeskRig, act: (db: WritableDb) => T): T {
  const { paths, sessions } = rig.office.demandServices();
  const key = sessions.demand().keys.copy('slice');
  const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
  try {
    return db.transaction(() => act(db));
  } finally {
    db.close();
  }
}

interface Found {
  readonly record: { readonly item: object } | null;
  readonly movedTo: string | null;
}
async function recordOf(rig: DeskRig, id: number): Promise<Found> {
  const { store } = rig.office.demandServices();
  const route = 'records.certificate';
  const answer = (await store.call('portRequest', { route, input: { id } })) as Answer<Found>;
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.data;
}
const whereTo = (rig: DeskRig) =>
  Promise.all(moved.map(async (id) => (await recordOf(rig, id)).movedTo));

describe('where certificates went that are in the region no more', { timeout: 600_000 }, () => {
  // Would catch: a device that was loaded after a move and calls what moved unknown, or one that asks for all of it each time.
  it('is known to a device that came later too, as the server signed it', async () => {
    const { rig } = await enrolled();
    const { proof } = await synced(rig);
    expect(proof).toMatchObject({ state: 'proven', moves: 'equal' });
    expect(await whereTo(rig)).toEqual(moved.map(() => OTHER));
    asked = [];
    await synced(rig);
    expect(asked).not.toContain('/v1/sync/moves');
  });

  // Would catch: a forged place that nobody notices, or that costs more than the one list.
  it.each([
    ['changed', (db: WritableDb) => db.run(sql`update tombstone set movedTo = 4403`)],
    ['taken away', (db: WritableDb) => db.run(sql`delete from tombstone`)],
    [
      'made to have gone nowhere',
      (db: WritableDb) => db.run(sql`update tombstone set movedTo = 0, reason = 3`),
    ],
    ['moved by a day', (db: WritableDb) => db.run(sql`update tombstone set day = day - 400`)],
    [
      'added',
      (db: WritableDb) =>
        db.run(sql`insert into tombstone values (${CERTIFICATE}, 999999, 2, 4403, 20000)`),
    ],
  ] as const)('is found and mended when it is %s', async (_name, act) => {
    const { rig } = await enrolled();
    await synced(rig);
    proxy.setDown(true);
    withKey(rig, act);
    const { sync, deepCheck } = rig.office.demandServices();
    expect(await sync.verify()).toMatchObject(DIFFER);
    deepCheck.start();
    await deepCheck.settled();
    expect((await deepCheck.status()).last?.found).toMatchObject({
      moves: 1,
      buckets: 0,
      issuers: 0,
    });
    await sync.settled();
    proxy.setDown(false);
    asked = [];
    expect((await synced(rig)).proof).toMatchObject({ state: 'proven', moves: 'equal' });
    expect(asked).toContain('/v1/sync/moves');
    expect(asked.filter((path) => /objects|repair/.test(path))).toEqual([]);
    expect(await whereTo(rig)).toEqual(moved.map(() => OTHER));
    expect((await recordOf(rig, 999_999)).movedTo).toBeNull();
  });

  // Would catch: a tombstone that hides a revocation or makes a record that is here, or one that left, read otherwise.
  it('never says anything of a record that is here, and brings back none that left', async () => {
    const { rig } = await enrolled();
    await synced(rig);
    const ids = withKey(rig, (db) => db.all(sql`select id from certificate order by id`)).map(
      (row) => Number(row[0]),
    );
    const before = await Promise.all(ids.map((id) => recordOf(rig, id)));
    expect(before.every(({ record }) => record !== null)).toBe(true);
    withKey(rig, (db) => {
      db.run(sql`delete from tombstone`);
      for (const entity of [1, 2, 3, 4, 5, 6, 7])
        db.run(sql`insert into tombstone select ${entity}, id, 2, 4403, 20000 from certificate`);
    });
    expect(await Promise.all(ids.map((id) => recordOf(rig, id)))).toEqual(before);
    for (const id of moved) expect((await recordOf(rig, id)).record).toBeNull();
    // A revocation that comes now is shown, whatever lies there of the certificate.
    const valid = ids[3] ?? 0;
    await central.mutate({ region: REGION, revoke: valid, reason: '违章作业' });
    expect((await synced(rig)).proof).toMatchObject({ state: 'proven', moves: 'equal' });
    const { record, movedTo } = await recordOf(rig, valid);
    expect(JSON.stringify(record?.item)).toContain('revoked');
    expect(movedTo).toBeNull();
  });

  // Would catch: an office without a line whose desk calls unknown what moved before its first load; a list that programs of
  // before refuse the whole stick for; one that is taken though the server did not sign it so.
  it('is brought by a stick to a device that said that it reads it', async () => {
    const { rig, device } = await enrolled();
    const { bundles, sync, outgoing } = rig.office.demandServices();
    proxy.setDown(true);
    const bring = async (files: readonly string[]) => {
      rig.chosen.bundle = files.at(-1) ?? null;
      const preview = await bundles.choose();
      if (preview === null) throw new Error('nothing chosen');
      await bundles.apply(preview.handle);
      return (await sync.status()).proof;
    };
    // Nothing came from this device yet that says what it reads.
    const first = await central.bundle({ device, out: join(folder, 'stick'), isFull: true });
    expect(first.version).toBeLessThan(5);
    expect(await bring(first.files)).toMatchObject({ state: 'proven', moves: 'unproven' });
    expect(await whereTo(rig)).toEqual(moved.map(() => null));
    const stick = await mkdtemp(join(folder, 'up-'));
    rig.chosen.folder = stick;
    for (const name of (await outgoing.write()).files ?? [])
      await central.bundleIn(await readFile(join(stick, name)));
    // Nothing changed since, and the lists are news all the same.
    const second = await central.bundle({ device, out: join(folder, 'stick-2') });
    expect(second).toMatchObject({ version: 5, kind: 'delta' });
    expect(await bring(second.files)).toMatchObject({ state: 'proven', moves: 'equal' });
    expect(await whereTo(rig)).toEqual(moved.map(() => OTHER));
    // What somebody changed here is put right by the same stick.
    withKey(rig, (db) => db.run(sql`update tombstone set movedTo = 4403`));
    expect(await sync.verify()).toMatchObject(DIFFER);
    expect(await bring(second.files)).toMatchObject({ state: 'proven', moves: 'equal' });
    expect(await whereTo(rig)).toEqual(moved.map(() => OTHER));
    proxy.setDown(false);
    asked = [];
    expect((await synced(rig)).proof).toMatchObject({ state: 'proven', moves: 'equal' });
  });
});
