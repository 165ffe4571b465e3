import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARGON2_FLOOR } from '../../electron/crypto/kdf';
import { Keyslots } from '../../electron/crypto/keyslots';
import { dataPaths } from '../../electron/platform/paths';
import { walkPages } from '../../electron/store/walk-pages';
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import type { Answer } from '../../shared/ipc/define';
import { startTestCentral as startCentral } from '../rigs/central';
import { childProgram } from './child-program';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const CERTIFICATES = 300;
const PASSWORD = 'wang-wei-2026';
const password = (text = PASSWORD) => new TextEncoder().encode(text);

let folder: string;
let central: Central;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-rotation-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: CERTIFICATES });
});
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

async function rigOn(userData: string): Promise<DeskRig> {
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  return rig;
}

/** An enrolled, synchronised office whose head has unlocked it, in a folder that is kept. */
async function syncedRig(name: string): Promise<DeskRig> {
  const userData = join(folder, name);
  await mkdir(userData);
  const rig = await rigOn(userData);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [
      { badge: 'A1', name: '许知衡', role: 'head' },
      { badge: 'A2', name: '王伟', role: 'inspector' },
    ],
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
  expect((await sync.status()).proof.state).toBe('proven');
  return rig;
}

async function ask<R extends RouteName>(
  rig: DeskRig,
  route: R,
  input: RouteInput<R>,
): Promise<RouteOutput<R>> {
  const { store } = rig.office.demandServices();
  const answer = (await store.call('portRequest', { route, input })) as Answer<RouteOutput<R>>;
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.data;
}

type Plain = Awaited<
  ReturnType<ReturnType<DeskRig['office']['demandServices']>['reveal']['revealBatch']>
>;

async function idsOf(rig: DeskRig): Promise<number[]> {
  const ids: number[] = [];
  for (let offset = 0; ; offset += 200) {
    const page = await ask(rig, 'search.query', { text: '', filter: {}, offset, limit: 200 });
    ids.push(...page.items.map(({ id }) => id));
    if (ids.length >= page.total) return ids.sort((a, b) => a - b);
  }
}

const plainOf = (rig: DeskRig, certificateIds: readonly number[]): Promise<Plain> =>
  rig.office
    .demandServices()
    .reveal.revealBatch({ certificateIds, reason: 'check', note: 'model' });

/** Every value of the model is revealed as it was, and found by the parts that people have. */
async function expectModel(rig: DeskRig, ids: readonly number[], model: Plain): Promise<void> {
  expect(await plainOf(rig, ids)).toEqual(model);
  for (const nth of [0, 71, 142, 213]) {
    const at = nth % ids.length;
    const { idNumber = '', phone = null } = model[at] ?? {};
    const parts = [idNumber, idNumber.slice(-4), idNumber.slice(-6), idNumber.slice(6, 14)];
    for (const text of phone === null ? parts : [...parts, phone]) {
      const found = await ask(rig, 'search.query', { text, filter: {}, offset: 0, limit: 200 });
      expect(found.items.map(({ id }) => id)).toContain(ids[at]);
    }
  }
}

describe('a change of all keys', () => {
  // Would catch: a value lost or changed, a colleague whose slot opens nothing afterwards, an old key that
  // still opens something, a copy made before that no longer opens, digests or the log broken, or rows of a
  // later synchronisation that the new keys do not open.
  it('leaves the same data under new keys for everybody', async () => {
    const rig = await syncedRig('whole');
    const { rotation, sessions, sync } = rig.office.demandServices();
    const paths = dataPaths(rig.userData, 'office');
    const { keys } = sessions.demand();
    const old = { slice: keys.copy('slice'), journal: keys.copy('journal') };
    const keyslots = await Keyslots.open(paths.keyslots);
    const machine = await rig.machine.load();
    if (machine === undefined) throw new Error('no machine secret');
    await keyslots?.createSlot({
      userId: 'A2',
      badge: 'A2',
      displayName: '王伟',
      roleStatementRef: 'test',
      role: 'inspector',
      password: password('li-na-2026-11'),
      factors: { machine: { secret: machine, isBound: true } },
      keys,
      kdf: ARGON2_FLOOR,
      isPractice: true,
      nowMs: Date.now(),
    });
    const ids = await idsOf(rig);
    const model = await plainOf(rig, ids);
    expect(model.filter((one) => one !== null).length).toBe(ids.length);
    await rig.office.lock('person');
    await cp(rig.userData, join(folder, 'before'), { recursive: true });
    await rig.office.open({ badge: 'A1', password: password() });

    const started = await rotation.start('person-left');
    expect(started.run).toMatchObject({ state: 'running', reason: 'person-left' });
    await expect(rotation.start('other')).rejects.toMatchObject({ code: 'BUSY' });
    await expectModel(rig, ids, model);
    await rotation.settled();
    const after = await rotation.state();
    expect(after).toMatchObject({ run: null, last: { reason: 'person-left', by: '许知衡' } });
    expect(after.last?.rows).toBeGreaterThan(ids.length / 2);
    expect(rig.logged.filter((line) => line.includes('stopped'))).toEqual([]);
    await expectModel(rig, ids, model);
    expect((await sync.verify()).state).toBe('proven');
    await central.mutate({ region: REGION, random: 60, seed: 'after' });
    sync.start();
    await sync.settled();
    expect((await sync.status()).proof.state).toBe('proven');
    expect((await plainOf(rig, await idsOf(rig))).includes(null)).toBe(false);
    const { store } = rig.office.demandServices();
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    expect(keys.names().filter((name) => name.endsWith('Next'))).toEqual([]);
    await rig.office.lock('person');
    for (const file of ['slice', 'journal'] as const)
      expect(walkPages(join(paths.officeDir, `${file}.db`), old[file]).firstFault).toBe(1);

    for (const [badge, word] of [
      ['A2', 'li-na-2026-11'],
      ['A1', PASSWORD],
    ] as const) {
      expect((await rig.office.open({ badge, password: password(word) })).outcome).toBe('opened');
      expect((await plainOf(rig, await idsOf(rig))).includes(null)).toBe(false);
      await rig.office.lock('person');
    }
    // What was copied before is a whole of its own, with its own slots.
    const backup = await rigOn(join(folder, 'before'));
    await backup.office.open({ badge: 'A1', password: password() });
    await backup.office.demandServices().sync.hold();
    expect(await plainOf(backup, ids.slice(0, 50))).toEqual(model.slice(0, 50));
    await backup.office.lock('person');
  });

  // Would catch: a start by who was not asked, a request that nobody sees, keys in an administrator's hands.
  it('is asked for by the security administrator and done by who holds the keys', async () => {
    const rig = await syncedRig('asked');
    const { sessions, rotation } = rig.office.demandServices();
    const session = sessions.demand();
    const as = (role: 'inspector' | 'security-admin') => {
      sessions.open({ ...session, keys: session.keys, view: { ...session.view, role } });
    };
    // The holder zeroes the ring that it lets go: the view alone is exchanged.
    const close = sessions.close.bind(sessions);
    sessions.close = () => undefined;
    as('inspector');
    expect(await rotation.state()).toMatchObject({ mayStart: false, mayRequest: false });
    await expect(rotation.start('other')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    as('security-admin');
    expect((await rotation.request('device-suspected')).request?.reason).toBe('device-suspected');
    as('inspector');
    expect((await rotation.state()).mayStart).toBe(true);
    await rotation.start('device-suspected');
    await rotation.settled();
    expect(await rotation.state()).toMatchObject({ run: null, request: null, mayStart: false });
    sessions.close = close;
  });

  // Would catch: a pause that waits for a whole file because it came while a load was still being ended.
  it('is paused while it waits for the synchronisation, and goes on', async () => {
    const rig = await syncedRig('paused');
    const { rotation, sessions, sync } = rig.office.demandServices();
    const slice = sessions.demand().keys.copy('slice');
    const hold = sync.hold.bind(sync);
    let letGo = (): void => undefined;
    const ending = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let holds = 0;
    sync.hold = async () => {
      // The first is for the new keys, the second for the slice.
      if (++holds === 2) await ending;
      return hold();
    };
    await rotation.start('routine');
    await expect.poll(() => holds, { timeout: 60_000 }).toBe(2);
    const pausing = rotation.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    letGo();
    expect((await pausing).run?.state).toBe('paused');
    const path = join(dataPaths(rig.userData, 'office').officeDir, 'slice.db');
    expect(walkPages(path, slice).firstFault).toBeNull();
    await rotation.resume();
    await rotation.settled();
    expect((await rotation.state()).run).toBeNull();
    await rig.office.lock('person');
    expect(walkPages(path, slice).firstFault).toBe(1);
  });

  // Would catch: any moment at which a kill leaves a value under a key that no slot holds, rows that search
  // does not find, a file that does not open, or work that cannot go on.
  it('goes on after a kill at any moment', async () => {
    const rig = await syncedRig('killed');
    const ids = await idsOf(rig);
    const model = await plainOf(rig, ids);
    const { rotation } = rig.office.demandServices();
    await rotation.start('routine');
    await rotation.pause();
    await rig.office.lock('person');
    const program = await childProgram('rotation-child');
    let isEnded = false;
    // Later and later: every phase is met, the last run is left alone.
    for (const afterMs of [60, 250, 600, 1_100, 1_800, null]) {
      if (isEnded) break;
      await runAndKill(program, rig.userData, afterMs);
      const between = await rigOn(rig.userData);
      await between.office.open({ badge: 'A1', password: password() });
      const services = between.office.demandServices();
      await services.rotation.pause();
      isEnded = (await services.rotation.state()).run === null;
      await expectModel(between, ids, model);
      expect((await services.store.call('auditVerify', {})).isIntact).toBe(true);
      expect((await services.sync.verify()).state).toBe('proven');
      await between.office.lock('person');
    }
    expect(isEnded).toBe(true);
  }, 300_000);
});

/** Runs the desk until it has ended, or kills it and all its processes some time after it began to work. */
async function runAndKill(
  program: string,
  userData: string,
  afterMs: number | null,
): Promise<void> {
  const child = spawn(process.execPath, [program, userData, 'A1', PASSWORD], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdout?.once('data', () => {
    if (afterMs !== null) setTimeout(() => killGroup(child), afterMs);
  });
  await gone;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself just before.
  }
}
