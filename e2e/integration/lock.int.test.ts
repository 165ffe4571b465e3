import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KeyRing } from '../../electron/crypto/key-ring';
import { AppError } from '../../shared/errors/app-error';
import type { LockReason } from '../../shared/ipc/routes/app';
import { processTree } from '../fixtures/memory/process-tree';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';
import { permitFor } from './permit';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const BADGE = 'A1024';
const password = () => new TextEncoder().encode('lock at any time');

let folder: string;
let central: Central;
let rig: DeskRig;

const slip = () =>
  central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: BADGE, name: '王伟', role: 'inspector' }],
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-lock-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 3_000 });
  rig = await startDeskRig();
  const { code } = await slip();
  await rig.office.enrol({ address: central.url, code, password: password() });
});
afterEach(() => rig.office.lock('person'));
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

async function unlock(): Promise<void> {
  if (rig.office.demandServices().sessions.current !== null) return;
  expect((await rig.office.open({ badge: BADGE, password: password() })).outcome).toBe('opened');
}

/** The session's own key bytes, to see later what became of them. */
function keysOf(): { readonly ring: KeyRing; readonly bytes: readonly Uint8Array[] } {
  const { keys } = rig.office.demandServices().sessions.demand();
  return { ring: keys, bytes: keys.names().flatMap((name) => keys.peek(name) ?? []) };
}

/** Processes of the desk that hold keys or data. */
function dataProcesses(): readonly string[] {
  return processTree(process.pid)
    .map(({ what }) => what)
    .filter((what) => ['store', 'ingest-worker', 'device', 'jobs', 'kdf-process'].includes(what));
}

function pidOf(wanted: string): number {
  const found = processTree(process.pid).find(({ what }) => what === wanted);
  if (found === undefined) throw new Error(`no ${wanted} process`);
  return found.pid;
}

async function expectLocked({ ring, bytes }: ReturnType<typeof keysOf>): Promise<void> {
  expect(bytes.length).toBeGreaterThan(4);
  expect(bytes.every((key) => key.every((byte) => byte === 0))).toBe(true);
  expect(ring.names()).toEqual([]);
  expect(rig.office.role()).toBeNull();
  expect((await rig.office.state()).phase).toBe('locked');
  expect(dataProcesses()).toEqual([]);
}

async function lockedBy(reason: LockReason): Promise<void> {
  await expect
    .poll(async () => (await rig.office.state()).lockReason, { timeout: 60_000, interval: 200 })
    .toBe(reason);
  // A second lock ends when the first has.
  await rig.office.lock(reason);
}

describe('a lock at any moment', () => {
  // Would catch: a first load that keeps its keys or processes, or a slice that cannot be loaded afterwards.
  it('in a first load, again and again, and the load goes on afterwards', async () => {
    for (const waitMs of [0, 150, 400, 900]) {
      await unlock();
      const held = keysOf();
      rig.office.demandServices().sync.start();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await rig.office.lock('suspend');
      await expectLocked(held);
    }
    await unlock();
    const { sync } = rig.office.demandServices();
    sync.start();
    await sync.settled();
    expect((await sync.status()).proof.state).toBe('proven');
    expect(rig.logged.filter((line) => line.includes('defect'))).toEqual([]);
  });

  // Would catch: an export that is left open, signed or lying about in plain text behind the lock; a process
  // that hears nothing (it packs, verifies, hangs) and outlives the lock, or an export that is not written down then.
  it('in an export, while rows are collected, while its window waits, while its process is deaf', async () => {
    await unlock();
    // One permit for both: what was not signed with it may be used again.
    const admit = await permitFor(rig, central);
    const wish = { filter: {}, purposeClass: 'other', purpose: '锁定测试' } as const;
    for (const moment of ['collecting', 'waiting', 'deaf'] as const) {
      await unlock();
      const held = keysOf();
      const { exports } = rig.office.demandServices();
      await exports.start(() => admit(wish), 'default');
      if (moment !== 'collecting')
        await expect.poll(() => rig.signing.isOpen, { timeout: 60_000 }).toBe(true);
      if (moment === 'deaf') process.kill(pidOf('jobs'), 'SIGSTOP');
      await rig.office.lock('lock-screen');
      await expectLocked(held);
      expect(rig.signing.isOpen).toBe(false);
      const files = await readdir(rig.userData, { recursive: true });
      expect(files.filter((name) => /exports-tmp|\.zip$/.test(name))).toEqual([]);
      await unlock();
      const [last] = await rig.office.demandServices().exports.history();
      expect(last?.outcome).toBe('cancelled');
      await rig.office.lock('person');
    }
  });

  // Would catch: an opening that fails late and leaves the line with the device's key, timers or keys behind; a fact that
  // cannot be read and keeps everybody out.
  it('of an opening that fails after services were told of it, and opens with an unreadable note of rotations', async () => {
    await unlock();
    const { store, sync, rotation, sessions } = rig.office.demandServices();
    await store.call('factSet', { name: 'rotation', value: '{"run":' });
    await rig.office.lock('person');
    const opened = rotation.opened.bind(rotation);
    let held: ReturnType<typeof keysOf> | undefined;
    rotation.opened = async () => {
      held = keysOf();
      expect(sync.line).not.toBeNull();
      throw new AppError('DISK_FULL');
    };
    const failing = rig.office.open({ badge: BADGE, password: password() });
    await expect(failing).rejects.toMatchObject({ code: 'DISK_FULL' });
    rotation.opened = opened;
    expect([sync.line, sessions.current]).toEqual([null, null]);
    if (held === undefined) throw new Error('not told');
    await expectLocked(held);
    await unlock();
    expect((await rotation.state()).run).toBeNull();
    expect(rig.logged.some((line) => line.includes('changes of keys is unreadable'))).toBe(true);
  });

  // Would catch: a lock that waits for a store that never answers, keys kept meanwhile, a process that survives.
  it('with a store that hangs: keys are zeroed, the process is ended, the next unlock works', async () => {
    await unlock();
    const held = keysOf();
    const store = processTree(process.pid).find(({ what }) => what === 'store');
    process.kill(store?.pid ?? 0, 'SIGSTOP');
    await rig.office.lock('idle');
    await expectLocked(held);
    await unlock();
    const proof = await rig.office.demandServices().sync.verify();
    expect(proof.state).toBe('proven');
  });

  // Would catch: a desk that opens after its person has walked away and it was locked.
  it('while a password is being checked: nothing opens', async () => {
    for (const waitMs of [0, 300, 600, 1_000]) {
      const opening = rig.office.open({ badge: BADGE, password: password() }).then(
        () => 'opened',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await rig.office.lock('suspend');
      expect(['CANCELLED', 'opened']).toContain(await opening);
      expect((await rig.office.state()).phase).toBe('locked');
      expect(dataProcesses()).toEqual([]);
    }
    await unlock();
  });

  // Would catch: the late news of a store that died which ends the next attempt or the session after it, and a person who
  // is told that he cancelled what he did not.
  it('after the store died: the next unlock is not taken for the one before', async () => {
    await unlock();
    for (const waitMs of [0, 2, 10, 60]) {
      const store = processTree(process.pid).find(({ what }) => what === 'store');
      process.kill(store?.pid ?? 0, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const { outcome } = await rig.office.open({ badge: BADGE, password: password() });
      expect(outcome).toBe('opened');
      // The queue of locks is empty once this one has had its turn.
      expect((await rig.office.demandServices().store.call('state', {})).fault).toBeUndefined();
      expect((await rig.office.state()).phase).toBe('unlocked');
    }
  });

  // Would catch: a store that dies while it opens and is told as a cancelled attempt.
  it('while the store dies in opening: it is said as that', async () => {
    await rig.office.lock('person');
    const opening = rig.office.open({ badge: BADGE, password: password() }).then(
      () => 'opened',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
    await expect
      .poll(() => processTree(process.pid).some(({ what }) => what === 'store'), {
        timeout: 30_000,
        interval: 1,
      })
      .toBe(true);
    const store = processTree(process.pid).find(({ what }) => what === 'store');
    process.kill(store?.pid ?? 0, 'SIGKILL');
    expect(['STORE_CRASHED', 'opened']).toContain(await opening);
    await expect
      .poll(async () => (await rig.office.state()).phase, { timeout: 30_000 })
      .toBe('locked');
    await unlock();
  });
});

describe('what let a session open', () => {
  // Would catch: a person who keeps the powers of a role that the server has taken back.
  it('the role: another one that comes with a synchronisation locks', async () => {
    await unlock();
    const held = keysOf();
    const { sync } = rig.office.demandServices();
    // A run that began with the session may have asked already: the next one would be a minute away.
    await sync.settled();
    const users = [{ badge: BADGE, name: '王伟', role: 'head' as const }];
    await central.changeOffice(`${REGION}00`, { users });
    sync.start();
    await lockedBy('role-changed');
    await expectLocked(held);
    await unlock();
    expect(rig.office.role()).toBe('head');
    expect((await rig.office.state()).users[0]?.role).toBe('head');
  });
});

describe('the page of before', () => {
  // Would catch: a record or text that outlives the lock in main, or one person's page given to another.
  it('is remembered by name for the same person', async () => {
    await unlock();
    rig.office.notePage('boards');
    await rig.office.lock('person');
    expect((await rig.office.state()).resumePage).toBeNull();
    rig.office.notePage('exports');
    await unlock();
    expect((await rig.office.state()).resumePage).toBe('boards');
  });
});

// Last: the highest time seen never goes back.
describe('the lease', () => {
  // Would catch: a session that outlives the lease it was opened under.
  it('locks an open desk when it ends, and is told', async () => {
    await unlock();
    const held = keysOf();
    const { leaseUntilMs } = rig.office.demandServices().sessions.demand();
    const before = rig.clock.highestMs();
    expect(leaseUntilMs).toBeGreaterThan(before);
    rig.clock.learn((leaseUntilMs ?? 0) + 1);
    await lockedBy('lease-ended');
    await expectLocked(held);
  });
});
