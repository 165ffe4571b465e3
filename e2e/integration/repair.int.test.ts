import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WritableDb } from '../../electron/store/database';
import type { StoreClient } from '../../electron/store/launcher';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { Change } from '../../server/embedded';
import { AppError } from '../../shared/errors/app-error';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const CERTIFICATES = 900;
const PASSWORD = 'wang-wei-2026';

let folder: string;
let central: Central;
let asked: string[] = [];
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-repair-'));
  central = await startCentral({
    dir: join(folder, 'central'),
    seen: (_method, address) => void asked.push(address.replace(/\?.*/, '')),
  });
  await central.seed({ region: REGION, certificates: CERTIFICATES });
});
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

async function enrolledRig(onStore?: (store: StoreClient) => StoreClient): Promise<DeskRig> {
  const rig = await startDeskRig(
    undefined,
    onStore === undefined ? {} : { onStore, hasLineSettings: true },
  );
  rigs.push(rig);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode(PASSWORD);
  await rig.office.enrol({ address: central.url, code, password });
  return rig;
}

async function syncedRig(): Promise<DeskRig> {
  const rig = await enrolledRig();
  expect((await syncOnce(rig)).runs[0]?.outcome).toBe('done');
  return rig;
}

async function syncOnce(rig: DeskRig): Promise<SyncStatus> {
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
  return sync.status();
}

/** What somebody does who has the data key in hand. */
function tamper(rig: DeskRig, act: (db: WritableDb) => void): void {
  const { paths, sessions } = rig.office.demandServices();
  const key = sessions.demand().keys.copy('slice');
  const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
  try {
    db.transaction(() => act(db));
  } finally {
    db.close();
  }
}

/** Every row of every table that the server can give, whatever the order of writing was. */
function rowsOf(rig: DeskRig): Record<string, unknown> {
  const tables: Record<string, unknown> = {};
  tamper(rig, (db) => {
    for (const table of ['company', 'certificate', 'event', 'training', 'exam', 'attachment'])
      tables[table] = db.all({ text: `select * from "${table}" order by id`, values: [] });
    tables.person = db.all(
      sql`select p.*, n.text from person p join name n on n.id = p.nameId order by p.id`,
    );
    tables.buckets = db.all(sql`select * from digest_bucket order by entity, bucket`);
    tables.counts = db.value(sql`select value from sync_state where name = 'counts'`);
  });
  return tables;
}

describe('repair of the slice', () => {
  // Would catch: drift that stays, a repair that fetches more than what differs, or one that starts over.
  it('mends what a check found by fetching the differing buckets alone', async () => {
    const rig = await syncedRig();
    const { sync, store } = rig.office.demandServices();
    const before = rowsOf(rig);
    tamper(rig, (db) => {
      const id = Number(db.value(sql`select min(id) from certificate where baseStatus <> 1`));
      db.run(sql`update certificate set baseStatus = 1, statusReason = null where id = ${id}`);
      db.run(sql`delete from event where id = (select max(id) from event)`);
      db.run(
        sql`insert into exam select id + 5000000, rev, person, kind, category, day, theory, practice, passed, attempt, body from exam limit 1`,
      );
      db.run(
        sql`insert into exam select -7, rev, person, kind, category, day, theory, practice, passed, attempt, body from exam limit 1`,
      );
    });
    const found = await sync.verify();
    expect(found.state).toBe('differs');
    expect(found.buckets).toBe(4);
    asked = [];
    const status = await syncOnce(rig);
    expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false, error: null });
    expect(status.proof).toMatchObject({ state: 'proven', buckets: 0 });
    expect(asked.filter((path) => path.startsWith('/v1/objects'))).toEqual([]);
    expect(asked.filter((path) => path.includes('repair'))).toEqual([
      '/v1/sync/repair/leaves',
      '/v1/sync/repair/rows',
    ]);
    expect(rowsOf(rig)).toEqual(before);
    expect((await sync.verify()).state).toBe('proven');
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
  });

  // Would catch: a forger who also rewrites the kept buckets, or a page that no longer leads to the root and costs a whole snapshot.
  it('walks the server’s tree when the kept one is forged too, and takes the changes along', async () => {
    const rig = await syncedRig();
    tamper(rig, (db) => {
      db.run(sql`update company set "name" = '假公司' where id = (select min(id) from company)`);
      db.run(
        sql`update digest_bucket set hash = zeroblob(32) where entity = 1 and bucket = (select min(id) / 64 from company)`,
      );
      db.run(
        sql`delete from digest_bucket where entity = 3 and bucket = (select max(bucket) from digest_bucket where entity = 3)`,
      );
    });
    await central.mutate({ region: REGION, random: 60, seed: 'walk' });
    await rig.office.lock('person');
    asked = [];
    await rig.office.open({ badge: 'A1024', password: new TextEncoder().encode(PASSWORD) });
    await rig.office.demandServices().sync.settled();
    const status = await rig.office.demandServices().sync.status();
    expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false, error: null });
    expect(asked.filter((path) => path.startsWith('/v1/objects'))).toEqual([]);
    expect(asked).toContain('/v1/sync/repair/nodes');
    const { sync } = rig.office.demandServices();
    expect((await sync.verify()).state).toBe('proven');
    const { regions } = await central.status();
    expect(status.counts).toEqual(regions.find(({ region }) => region === REGION)?.rows);
    // What follows is a plain delta again.
    await central.mutate({ region: REGION, random: 30, seed: 'later' });
    asked = [];
    expect((await syncOnce(rig)).proof.state).toBe('proven');
    expect(asked.some((path) => path.includes('repair'))).toBe(false);
    const fresh = await syncedRig();
    const plain = ({ buckets, counts, certificate, event }: Record<string, unknown>) => ({
      buckets,
      counts,
      certificate: (certificate as unknown[][]).map((row) => row.slice(0, 22)),
      event,
    });
    expect(plain(rowsOf(rig))).toEqual(plain(rowsOf(fresh)));
  });

  // Would catch: late rows that changed before they came and so never count as complete, an older row in the place of a newer
  // one, a proof without them, or a whole area loaded again for the few that changed.
  it('fills up what a first load left for later after changes by the segments that are missing', async () => {
    const here = 1;
    let room = here;
    const rig = await enrolledRig((store) => ({
      ...store,
      call: async (name, input) => {
        if (name === 'lateSegment' && room-- <= 0) throw new AppError('DISK_FULL', { neededMb: 1 });
        return store.call(name, input);
      },
    }));
    asked = [];
    const objects = () => asked.filter((path) => path.startsWith('/v1/objects'));
    expect((await syncOnce(rig)).runs[0]?.error).toBe('DISK_FULL');
    const before = objects();
    // What comes late waits for a person's word now, and changes do not.
    rig.lineSettings.set({ isMetered: true });
    const reference = await syncedRig();
    const changing = { event: 'day', training: 'hours', exam: 'theory' } as const;
    for (const turn of [1, 2]) {
      const changes = Object.entries(changing).flatMap(([entity, field]): Change[] => {
        let ids: number[] = [];
        tamper(reference, (db) => {
          const text = `select id from "${entity}" order by id`;
          ids = db.all({ text, values: [] }).map((row) => Number(row[0]));
        });
        const of = entity as keyof typeof changing;
        return [0.1, 0.5, 0.9].flatMap((at): Change[] => {
          const [patched = 0, gone = 0] = ids.slice(Math.floor(at * ids.length) - 10 * turn);
          return [
            {
              op: 'patch',
              entity: of,
              id: ids[Math.floor(at * ids.length)] ?? 0,
              fields: { [field]: 50 + turn },
            },
            { op: 'patch', entity: of, id: patched, fields: { [field]: 60 } },
            { op: 'exit', entity: of, id: gone, reason: 'erroneous', day: 20_780 },
          ];
        });
      });
      await central.mutate({ region: REGION, changes });
      const status = await syncOnce(rig);
      expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false, error: null });
      expect(status.proof).toMatchObject({ state: 'unproven', why: 'incomplete' });
    }
    // One that a whole load could be of.
    await central.snapshot(REGION);
    room = Number.POSITIVE_INFINITY;
    asked = [];
    // A person's word while a run without it is under way: what it leaves comes right after. What no list names goes.
    const { sync, paths } = rig.office.demandServices();
    const stray = join(paths.officeDir, 'incoming', `${'0'.repeat(64)}.part`);
    await writeFile(stray, 'cut off');
    const { runId } = sync.start({ isAutomatic: true });
    expect(sync.start({ isWhole: true })).toEqual({ runId });
    for (let runs = 0; runs < 2; runs++) await sync.settled();
    const status = await sync.status();
    expect(existsSync(stray)).toBe(false);
    rig.lineSettings.set({ isMetered: false });
    expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false, error: null });
    expect(status.proof.state).toBe('proven');
    expect(objects().filter((path) => before.includes(path))).toEqual([]);
    expect(objects().length).toBeLessThanOrEqual(Object.keys(changing).length - here + 1);
    expect((await rig.office.demandServices().sync.verify()).state).toBe('proven');
    await syncOnce(reference);
    const late = ({ buckets, counts, event, training, exam }: Record<string, unknown>) => ({
      buckets,
      counts,
      event,
      training,
      exam,
    });
    expect(late(rowsOf(rig))).toEqual(late(rowsOf(reference)));
  }, 120_000);

  // Would catch: a few rotten pages that cost the whole area's data, a mended slice that lacks a row, or damage that is hidden.
  it('mends a damaged file by what is missing alone', async () => {
    const rig = await syncedRig();
    const { paths } = rig.office.demandServices();
    const before = rowsOf(rig);
    const whole = Object.values(before).flat().length;
    await rig.office.lock('person');
    const bytes = await readFile(paths.slice);
    const pages = bytes.length / 4096;
    for (const at of [0.3, 0.5, 0.7])
      bytes[Math.floor(pages * at) * 4096 + 77] =
        (bytes[Math.floor(pages * at) * 4096 + 77] ?? 0) ^ 1;
    await writeFile(paths.slice, bytes);
    const open = async () =>
      (await rig.office.open({ badge: 'A1024', password: new TextEncoder().encode(PASSWORD) }))
        .outcome;
    await open();
    const services = rig.office.demandServices();
    // Where the damage is met at the first look-up only, the desk locks then.
    if (services.recovery.view === null) {
      await services.sync.settled();
      await services.sync.verify().catch(() => undefined);
      await expect.poll(() => services.sessions.current, { timeout: 60_000 }).toBeNull();
      await open();
    }
    const { recovery } = rig.office.demandServices();
    expect(recovery.view?.file).toBe('slice.db');
    expect((await recovery.diagnose()).slice).toMatchObject({ state: 'damaged', damagedPages: 3 });
    const { rows } = await recovery.mend();
    expect(rows).toBeGreaterThan(whole / 3);
    await expect.poll(() => services.sessions.current, { timeout: 60_000 }).toBeNull();
    asked = [];
    expect(await open()).toBe('opened');
    const again = rig.office.demandServices();
    await again.sync.settled();
    const status = await syncOnce(rig);
    expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false, error: null });
    expect(status.proof.state).toBe('proven');
    expect(asked.filter((path) => path.startsWith('/v1/objects'))).toEqual([]);
    expect((await again.sync.verify()).state).toBe('proven');
    const plain = ({ buckets, counts, certificate, event, exam }: Record<string, unknown>) => ({
      buckets,
      counts,
      certificate: (certificate as unknown[][]).map((row) => row.slice(0, 22)),
      event,
      exam,
    });
    expect(plain(rowsOf(rig))).toEqual(plain(before));
    expect((await readdir(join(paths.officeDir, 'damaged'))).length).toBe(1);
  });
});
