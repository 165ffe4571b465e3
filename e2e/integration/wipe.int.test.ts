import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Keyslots } from '../../electron/crypto/keyslots';
import { Line } from '../../electron/main/services/sync/line';
import type { WipeRecord } from '../../electron/main/services/wipe/wipe-record';
import type { Role } from '../../shared/domain/model';
import { PATHS } from '../../shared/protocol/endpoints';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { appPath, type DeskRig, enrolDesk, startDeskRig } from './desk-rig';

const REGION = '3303';
const HEAD = 'H1';
const PASSWORD = 'wipe-2026-wenzhou';
const password = () => new TextEncoder().encode(PASSWORD);
const PERSON = '欧阳慎独';

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-wipe-'));
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 80 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  proxy.setDown(false);
});

const office = (role: Role = 'head') => ({
  name: '温州市应急管理局',
  region: REGION,
  isPractice: true,
  users: [{ badge: HEAD, name: PERSON, role }],
});
const slip = (role?: Role) => central.createEnrolment(office(role));

/** A desk with data, unlocked by the head of the office, on a line that can be cut. */
async function enrolled(): Promise<{ rig: DeskRig; device: string; userData: string }> {
  const userData = await mkdtemp(join(folder, 'desk-'));
  const options = { userData, through: proxy };
  const { rig, device } = await enrolDesk(central, password(), office(), options);
  rigs.push(rig);
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
  return { rig, userData, device };
}

async function filesBelow(root: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(root, path), await readFile(path));
  }
  return found;
}
const digestOf = (files: Map<string, Buffer>): string => {
  const hash = createHash('sha256');
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${bytes.length} `).update(bytes);
  return hash.digest('hex');
};
const settled = async (rig: DeskRig): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    if ((await rig.office.state()).phase === 'wiped' && !rig.office.acts.isWiping) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('not wiped');
};

describe('a wipe by order', () => {
  // Would catch: keys or known text left behind, a copy of the slots that still opens, or a wiped device that is let in.
  it('leaves nothing that opens, and the server refuses the device', async () => {
    const { rig, device, userData } = await enrolled();
    const { keys, office } = rig.office.demandServices().sessions.demand();
    const tls = keys.copy('deviceTls');
    const secrets = keys.names().map((name) => Buffer.from(keys.copy(name)));
    const kept = join(folder, 'kept-keyslots.json');
    await cp(join(userData, 'office', 'keyslots.json'), kept);
    // What restores left beside the office: former offices with slots of their own, and copies of slots.
    for (const name of ['office.before-restore-1', 'practice.before-restore-3']) {
      await mkdir(join(userData, name));
      for (const file of ['keyslots.json', 'office.json'])
        await cp(kept, join(userData, name, file));
    }
    await mkdir(join(userData, 'restore-keyslots'));
    await cp(kept, join(userData, 'restore-keyslots', 'abc.json'));
    const line = new Line({
      endpoints: [central.url],
      ca: office.ca,
      certificate: office.tlsCertificate,
      key: tls,
    });
    await line.json({ path: PATHS.health }, 4_096);

    const order = await central.directive({ device, kind: 'wipe', reason: '笔记本被盗' });
    await rig.office
      .demandServices()
      .control.contact()
      .catch(() => undefined);
    await settled(rig);
    const state = await rig.office.state();
    expect(state.wiped).toMatchObject({
      isDone: true,
      device,
      directive: { id: order.id, reason: '笔记本被盗' },
      persons: [],
      receipt: 'delivered',
      outbox: { commands: 1 },
    });
    expect([state.phase, state.users, state.office, state.session]).toEqual([
      'wiped',
      [],
      null,
      null,
    ]);
    await expect(line.json({ path: PATHS.health }, 4_096)).rejects.toMatchObject({
      code: 'SYNC_DEVICE_REFUSED',
    });
    line.close();

    const left = await filesBelow(userData);
    expect([...left.keys()].sort()).toEqual(['outbox.sealed', 'wiped.json']);
    for (const [name, bytes] of left) {
      for (const secret of secrets)
        for (const form of [secret, secret.toString('hex'), secret.toString('base64')])
          expect([name, bytes.includes(form)]).toEqual([name, false]);
      for (const text of [PERSON, PASSWORD])
        expect([name, bytes.includes(text)]).toEqual([name, false]);
    }
    expect(keys.names()).toEqual([]);

    // Who copied the slots before has the password, and not the machine.
    const slots = await Keyslots.open(kept);
    const without = await slots?.openSlot({ badge: HEAD, password: password() });
    expect(without).toMatchObject({ ok: false, error: { kind: 'needs-machine' } });
    const guessed = await slots?.openSlot({
      badge: HEAD,
      password: password(),
      machine: new Uint8Array(randomBytes(32)),
    });
    expect(guessed).toMatchObject({ ok: false, error: { kind: 'wrong-password' } });
    await expect(rig.office.open({ badge: HEAD, password: password() })).rejects.toBeDefined();
  });

  // Would catch: an order that waits for somebody to unlock.
  it('works on a locked desk', async () => {
    const { rig, device, userData } = await enrolled();
    await rig.office.lock('person');
    await central.directive({ device, kind: 'wipe', reason: '' });
    await rig.office
      .demandServices()
      .control.contact()
      .catch(() => undefined);
    await settled(rig);
    expect((await rig.office.state()).wiped).toMatchObject({ receipt: 'delivered' });
    expect([...(await filesBelow(userData)).keys()].sort()).toEqual([
      'outbox.sealed',
      'wiped.json',
    ]);
  });
});

describe('a wipe by persons', () => {
  // Would catch: a wipe without the right person, or one offline that cannot be told by hand and started anew from.
  it('wants code and password, survives offline by its file, and a new office starts clean', async () => {
    const { rig, device, userData } = await enrolled();
    const { code: officeCode = '' } = (await rig.office.state()).office ?? {};
    const wipe = (code: string, secret: string, badge = HEAD) =>
      rig.office.acts.wipeByPersons({
        officeCode: code,
        persons: [{ badge, password: new TextEncoder().encode(secret) }],
      });
    const before = (await filesBelow(join(userData, 'office'))).get('keyslots.json');
    expect(await wipe('000000', PASSWORD)).toEqual({ outcome: 'code-differs' });
    expect(await wipe(officeCode, PASSWORD, 'X9')).toEqual({ outcome: 'persons-needed' });
    expect(await wipe(officeCode, 'wrong')).toMatchObject({ outcome: 'wrong', badge: HEAD });
    // What the session writes next must not give the try back.
    const { keyslots } = rig.office.demandServices().sessions.demand();
    await keyslots.describe(HEAD, { displayName: PERSON, roleStatementRef: 'test' });
    const counted = JSON.parse(await readFile(join(userData, 'office', 'keyslots.json'), 'utf8'));
    expect(counted.attempts[HEAD]).toMatchObject({ failures: 1 });
    expect((await rig.office.state()).phase).toBe('unlocked');
    expect(before).toBeDefined();
    proxy.setDown(true);
    expect(await wipe(officeCode, PASSWORD)).toEqual({ outcome: 'wiping' });
    await settled(rig);
    expect((await rig.office.state()).wiped).toMatchObject({
      persons: [HEAD],
      directive: null,
      receipt: 'to-hand-in',
      outbox: { commands: 1 },
    });
    await rig.close();

    const again = await startDeskRig(userData, { through: proxy });
    rigs.push(again);
    expect((await again.office.state()).phase).toBe('wiped');
    const target = join(folder, 'handed-in.sealed');
    again.chosen.outboxTarget = target;
    expect(await again.office.saveOutbox()).toBe(true);
    for (let times = 0; times < 2; times++)
      expect(await central.importOutbox(await readFile(target, 'utf8'))).toMatchObject({
        device,
        commands: 1,
        verdicts: { applied: 1 },
        isWiped: true,
        unreadable: 0,
      });

    proxy.setDown(false);
    const { code } = await slip();
    await again.office.enrol({ address: central.url, code, password: password() });
    const state = await again.office.state();
    expect([state.phase, state.wiped, state.place.device === device]).toEqual([
      'unlocked',
      null,
      false,
    ]);
    const names = (await readdir(userData)).filter((name) => /sealed|wiped/.test(name)).sort();
    expect(names).toEqual([`outbox-${device}.sealed`, `wiped-${device}.json`]);
    await again.close();
    const last = await startDeskRig(userData, { through: proxy });
    rigs.push(last);
    expect((await last.office.state()).phase).toBe('locked');
  });
});

/** A wipe of this office that was begun and is not finished. */
const begunWipe = (device: string): WipeRecord => ({
  format: 'fieldcert-wiped',
  version: 1,
  isDone: false,
  kind: 'office',
  deviceId: device,
  office: { code: '330300', name: '温州市应急管理局' },
  by: { directive: null, persons: [HEAD] },
  startedMs: Date.now(),
  doneMs: null,
  receipt: null,
  isDelivered: false,
});

/** A folder in a file's place: the disk refuses to write or to overwrite it, whoever asks. */
async function jam(path: string): Promise<void> {
  await rm(path, { force: true });
  await mkdir(join(path, 'x'), { recursive: true });
}
const orderWipe = async (rig: DeskRig, device: string): Promise<void> => {
  await central.directive({ device, kind: 'wipe', reason: '' });
  await rig.office
    .demandServices()
    .control.contact()
    .catch(() => undefined);
};

describe('a wipe on a disk that refuses', () => {
  // Would catch: an order that neither wipes nor locks because its record cannot be written.
  it('destroys the keys and locks without its record, and writes it when it can', async () => {
    const { rig, device, userData } = await enrolled();
    const { keys } = rig.office.demandServices().sessions.demand();
    await jam(join(userData, 'wiped.json'));
    await orderWipe(rig, device);
    expect(keys.names()).toEqual([]);
    const left = [...(await filesBelow(userData)).keys()];
    expect(left.filter((name) => name !== 'outbox.sealed')).toEqual([]);
    expect((await rig.office.state()).wiped).toMatchObject({ isDone: false });
    await rm(join(userData, 'wiped.json'), { recursive: true });
    await rig.office.acts.wipeOn();
    await settled(rig);
    expect((await rig.office.state()).wiped).toMatchObject({ isDone: true, receipt: 'delivered' });
    expect((await filesBelow(userData)).has('wiped.json')).toBe(true);
  });

  // Would catch: a key file that cannot be destroyed and keeps the session open, the other keys on the disk, a claim
  // or a receipt of a wipe that did not happen, or a new office that the next try would wipe.
  it('says that it is not finished, ends the session, and goes on', async () => {
    const { rig, device, userData } = await enrolled();
    const { sessions, store } = rig.office.demandServices();
    const { keys } = sessions.demand();
    await jam(join(userData, 'machine-secret'));
    await orderWipe(rig, device);
    expect(keys.names()).toEqual([]);
    expect([sessions.current, store.running]).toEqual([null, null]);
    expect(await readdir(userData)).not.toContain('office');
    const state = await rig.office.state();
    expect(state.wiped).toMatchObject({ isDone: false, receipt: 'lost' });
    const { code } = await slip();
    const enrolAgain = () => rig.office.enrol({ address: central.url, code, password: password() });
    await expect(enrolAgain()).rejects.toMatchObject({ code: 'BUSY' });
    await rm(join(userData, 'machine-secret'), { recursive: true });
    await rig.office.acts.wipeOn();
    await settled(rig);
    expect((await rig.office.state()).wiped).toMatchObject({ isDone: true, receipt: 'delivered' });
    await enrolAgain();
    expect((await rig.office.state()).phase).toBe('unlocked');
  });

  // Would catch: an order to lock that a full disk keeps from being followed.
  it('follows an order to lock that cannot be noted', async () => {
    const { rig, device, userData } = await enrolled();
    const { keys } = rig.office.demandServices().sessions.demand();
    await jam(join(userData, 'office', 'control-state.sealed'));
    await central.directive({ device, kind: 'lock', reason: '' });
    await rig.office
      .demandServices()
      .control.contact()
      .catch(() => undefined);
    expect(keys.names()).toEqual([]);
    expect((await rig.office.state()).phase).toBe('locked');
  });

  // Would catch: a program that ends at every start without a word because a wipe cannot be finished or its record read.
  it('starts with it, and says so', async () => {
    const userData = await mkdtemp(join(folder, 'stuck-'));
    const record = begunWipe('D1');
    await writeFile(join(userData, 'wiped.json'), JSON.stringify(record));
    await jam(join(userData, 'machine-secret'));
    const stuck = await startDeskRig(userData, { through: proxy });
    rigs.push(stuck);
    expect(await stuck.office.state()).toMatchObject({ phase: 'wiped', wiped: { isDone: false } });
    await stuck.close();
    await writeFile(join(userData, 'wiped.json'), '{');
    const unread = await startDeskRig(userData, { through: proxy });
    rigs.push(unread);
    expect(await unread.office.state()).toMatchObject({
      phase: 'recovery',
      recovery: { code: 'KEYSLOTS_DAMAGED', file: 'wiped.json', isOpen: false },
    });
    await expect(unread.office.practice()).rejects.toBeDefined();
    await rm(join(userData, 'machine-secret'), { recursive: true });
    await writeFile(join(userData, 'wiped.json'), JSON.stringify(record));
    expect(await unread.office.reload()).toBe(true);
    expect(await unread.office.state()).toMatchObject({ phase: 'wiped', wiped: { isDone: true } });
  });
});

describe('a wipe that is cut off', () => {
  // Would catch: a usable half: keys gone and files that nobody ends, or files gone and keys that still open.
  it('is untouched or ended, wherever it is killed', async () => {
    const { rig, userData: template, device } = await enrolled();
    await rig.close();
    const before = digestOf(await filesBelow(template));
    const cache = join(appPath('node_modules'), '.cache');
    mkdirSync(cache, { recursive: true });
    const child = join(await mkdtemp(join(cache, 'wipe-test-')), 'wipe-child.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'wipe-child.ts')],
      outfile: child,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node18',
      packages: 'external',
      logLevel: 'error',
    });
    const record = begunWipe(device);
    const outcomes = { untouched: 0, ended: 0, receipts: 0 };
    proxy.setDown(true);
    for (let round = 0; round < 24; round++) {
      const userData = join(folder, `killed-${round}`);
      await cp(template, userData, { recursive: true });
      await new Promise<void>((resolve) => {
        const process = fork(child, [userData, JSON.stringify(record)], { execArgv: [] });
        process.on('message', (message) => {
          if (message === 'begins') setTimeout(() => process.kill('SIGKILL'), round * 1.5);
        });
        process.once('exit', () => resolve());
      });
      const left = await filesBelow(userData);
      const hasRecord = left.has('wiped.json');
      for (const name of [...left.keys()]) if (/\.tmp$/.test(name)) left.delete(name);
      if (!hasRecord) {
        expect(digestOf(left)).toBe(before);
        outcomes.untouched++;
      } else {
        const resumed = await startDeskRig(userData, { through: proxy });
        const state = await resumed.office.state();
        expect(state).toMatchObject({ phase: 'wiped', wiped: { isDone: true, persons: [HEAD] } });
        await resumed.close();
        const ended = await filesBelow(userData);
        const names = [...ended.keys()].filter((name) => !/\.tmp$/.test(name));
        expect(names.filter((name) => !/^(outbox\.sealed|wiped\.json)$/.test(name))).toEqual([]);
        expect(
          ended.get('outbox.sealed')?.toString('utf8').split('\n').filter(Boolean).length ?? 0,
        ).toBe(state.wiped?.receipt === 'lost' ? 0 : 1);
        outcomes.ended++;
        if (state.wiped?.receipt !== 'lost') outcomes.receipts++;
      }
      await rm(userData, { recursive: true, force: true });
    }
    expect(outcomes.ended).toBeGreaterThan(0);
    expect(outcomes.ended + outcomes.untouched).toBe(24);
  });
});
