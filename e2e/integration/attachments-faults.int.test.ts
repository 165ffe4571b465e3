import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_NAMES, KeyRing } from '../../electron/crypto/key-ring';
import { AttachmentService } from '../../electron/main/services/attachments/attachments';
import { CAN_MOUNT, SmallDisk } from '../../electron/store/test/faults/small-disk';
import type { AttachmentItem, AttachmentView } from '../../shared/ipc/routes/attachments';
import { startTestCentral as startCentral } from '../rigs/central';
import type { FetchOrder } from './attachments-child';
import { childProgram } from './child-program';
import { appPath, type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3301';
const PATIENCE = { timeout: 60_000, interval: 50 };
const BIG = 2_000_000;
/** Few for every run; `npm run proof -- kills` asks for more. */
const KILLS = Math.min(60, Number(process.env.FIELDCERT_KILLS ?? 4));

let dir: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
/** Pictures of four certificates, by the id of the attachment. */
const contents = new Map<number, Buffer>();
const helds: { readonly certificate: number; readonly item: AttachmentItem }[] = [];

const services = () => rig.office.demandServices();
const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).sort();
const partsIn = async (folder: string) =>
  (await namesIn(folder)).filter((name) => !/^[0-9a-f]{40}$/.test(name));

function picture(bytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

/** The service over the desk's real store, line and session, with a cache and keys of its own. */
async function serviceAt(folder: string, keys?: KeyRing): Promise<AttachmentService> {
  const { store, sync, sessions } = services();
  const service = new AttachmentService({
    store,
    events: { emit: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    nowMs: Date.now,
    folder,
    isEmergency: () => false,
    line: () => sync.line,
    connection: () => 'online',
    // Nothing comes beforehand.
    policy: () => ({ isMetered: true, isPaused: false }),
  });
  const session = sessions.demand();
  await service.opened({ ...session, keys: keys ?? session.keys });
  return service;
}

type Held = (typeof helds)[number];
async function settled(service: AttachmentService, held: Held): Promise<AttachmentView> {
  let view = await service.view(held.certificate, held.item.id, true);
  await expect
    .poll(async () => {
      view = await service.view(held.certificate, held.item.id);
      return view.state;
    }, PATIENCE)
    .not.toBe('fetching');
  return view;
}

function isContent(view: AttachmentView, held: Held): boolean {
  return view.state === 'here' && contents.get(held.item.id)?.equals(view.bytes) === true;
}

/** No picture's bytes lie in plain in any file of the folder. */
async function expectSealed(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const bytes = await readFile(join(folder, name));
    for (const content of contents.values())
      expect(bytes.includes(content.subarray(1_000, 1_032))).toBe(false);
  }
}

async function expectRecords(): Promise<void> {
  for (const { certificate } of helds) {
    const input = { id: certificate };
    const answer = await services().store.call('portRequest', {
      route: 'records.certificate',
      input,
    });
    expect(answer).toMatchObject({ ok: true, data: { record: { item: { id: certificate } } } });
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fieldcert-cache-faults-'));
  central = await startCentral({ dir: join(dir, 'central') });
  await central.seed({ region: REGION, certificates: 40, seed: 'faults' });
  rig = await startDeskRig(undefined, { hasLineSettings: true });
  rig.lineSettings.set({ isMetered: true });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode('wang-wei-2026');
  await rig.office.enrol({ address: central.url, code, password });
  // Metered: what is large waits until a person says so.
  services().sync.start({ isWhole: true });
  await services().sync.settled();
  const answer = (await services().store.call('portRequest', {
    route: 'search.query',
    input: { text: '', filter: {}, offset: 0, limit: 4 },
  })) as { readonly data?: { readonly items: readonly { readonly id: number }[] } };
  const owners = (answer.data?.items ?? []).map(({ id }) => id);
  for (const owner of owners) {
    const content = picture(BIG);
    const { id } = await central.attach(REGION, { owner, kind: 'scan', content });
    contents.set(id, content);
  }
  services().sync.start({ isWhole: true });
  await services().sync.settled();
  for (const certificate of owners)
    for (const item of (await services().attachments.of(certificate)).files)
      if (contents.has(item.id)) helds.push({ certificate, item });
  expect(helds).toHaveLength(4);
}, 300_000);

afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(dir, { recursive: true, force: true });
});

describe.runIf(CAN_MOUNT)('a cache on a disk that is full', () => {
  // Would catch: half a picture that takes the last room for good, a fetch that goes on for ever, or a page that fails.
  it('says so, leaves nothing half, and goes on when there is room', async () => {
    const disk = await SmallDisk.make(5);
    const folder = join(disk.outside, 'cache');
    try {
      const service = await serviceAt(folder);
      const ballast = join(disk.outside, 'ballast');
      const { bavail, bsize } = await statfs(disk.outside);
      await writeFile(ballast, Buffer.alloc(bavail * bsize - BIG / 2));
      const [first] = helds as [Held];
      expect(await settled(service, first)).toEqual({ state: 'failed', error: 'DISK_FULL' });
      expect(await namesIn(folder)).toEqual([]);
      expect(service.storage()).toMatchObject({ usedBytes: 0, files: 0 });
      await expectRecords();
      await rm(ballast);
      expect(isContent(await settled(service, first), first)).toBe(true);
      // Room for two: the third takes the place of the first.
      for (const held of helds.slice(1, 3))
        expect(isContent(await settled(service, held), held)).toBe(true);
      expect(await partsIn(folder)).toEqual([]);
      expect(service.storage().usedBytes).toBeLessThanOrEqual(2 * (BIG + 100));
      await expectSealed(folder);
      await service.closing();
    } finally {
      disk.remove();
    }
  }, 120_000);
});

describe('a cache under other keys', () => {
  // Would catch: pictures of before that stay for ever under names that nobody knows any more, or that are shown.
  it('shows nothing of before, gives it up and fetches anew', async () => {
    const folder = join(dir, 'keys');
    const [held] = helds as [Held];
    const before = await serviceAt(folder);
    expect(isContent(await settled(before, held), held)).toBe(true);
    const [old = ''] = await namesIn(folder);
    await before.closing();
    const ring = services().sessions.demand().keys;
    const other = new KeyRing({
      ...Object.fromEntries(ring.names().map((name) => [name, ring.copy(name)])),
      region: randomBytes(32),
    });
    const after = await serviceAt(folder, other);
    // A file of before under the name of now: as good as damaged.
    expect(await after.view(held.certificate, held.item.id)).toMatchObject({ state: 'held' });
    after.lineChanged();
    await expect.poll(() => namesIn(folder), PATIENCE).not.toContain(old);
    expect(isContent(await settled(after, held), held)).toBe(true);
    expect(await namesIn(folder)).toHaveLength(1);
    await expectSealed(folder);
    await expectRecords();
    await after.closing();
  }, 120_000);

  // Would catch: contents sealed under a key of before that are shown, or that stand in the way of a new fetch.
  it('takes what no key opens for damaged', async () => {
    const folder = join(dir, 'transport');
    const [held, strange] = helds as [Held, Held];
    const service = await serviceAt(folder);
    await settled(service, held);
    const [name = ''] = await namesIn(folder);
    await settled(service, strange);
    const other = (await namesIn(folder)).find((one) => one !== name) ?? '';
    await cp(join(folder, other), join(folder, name));
    expect(await service.view(held.certificate, held.item.id)).toMatchObject({ state: 'held' });
    expect(await namesIn(folder)).toEqual([other]);
    expect(isContent(await settled(service, held), held)).toBe(true);
    await service.closing();
  }, 120_000);
});

describe('a cache that is killed', () => {
  // Would catch: a file under its whole name that is not whole, temporary files that nobody removes, books that differ
  // from the disk, plain bytes of a moment, a part with a hole in it.
  it('is whole or continued, wherever the process died', async () => {
    const child = await childProgram('attachments-child');
    const { sessions, store } = services();
    const { keys: ring, office } = sessions.demand();
    const refs = [];
    for (const { certificate, item } of helds) {
      const own = await store.call('attachmentsOf', { certificateId: certificate });
      refs.push(...(own?.files ?? []).filter(({ id }) => id === item.id));
    }
    const folder = join(dir, 'killed');
    await mkdir(folder);
    const held = KEY_NAMES.filter((name) => ring.has(name));
    const keys = Object.fromEntries(held.map((name) => [name, ring.copy(name)]));
    const states = new Set<string>();
    for (let round = 0; round < KILLS; round++) {
      const process = fork(child, [], { execArgv: [], serialization: 'advanced', cwd: appPath() });
      process.send({ folder, office, keys, refs } satisfies FetchOrder);
      await once(process, 'message');
      // Spread over a fetch of all four and their removal, wherever it stands on this machine.
      await delay(20 + (440 * round) / KILLS + 17 * (round % 5));
      process.kill('SIGKILL');
      await once(process, 'exit');
      for (const name of await namesIn(folder)) states.add(name.replace(/[0-9a-f]{12,}/g, ''));
      await expectSealed(folder);
      const service = await serviceAt(folder);
      expect(
        (await namesIn(folder)).filter((name) => !/^[0-9a-f]{40}(\.part)?$/.test(name)),
      ).toEqual([]);
      for (const one of helds) {
        const view = await service.view(one.certificate, one.item.id);
        // A file that is there under its whole name is whole.
        expect(view.state === 'here' ? isContent(view, one) && !view.wasDamaged : view.state).toBe(
          view.state === 'here' ? true : 'held',
        );
      }
      for (const one of helds) expect(isContent(await settled(service, one), one)).toBe(true);
      expect(await partsIn(folder)).toEqual([]);
      expect(service.storage().files).toBe(4);
      await service.clear();
      await service.closing();
    }
    // The kills met what they are for.
    expect([...states].some((state) => state !== '')).toBe(true);
    for (const key of Object.values(keys)) key.fill(0);
  }, 300_000);
});

describe('a cache and a wipe', () => {
  // Would catch: faces that are still on the disk of a device that was wiped, whole or half.
  it('leaves nothing', async () => {
    const { attachments, paths, control } = services();
    for (const held of helds) expect(isContent(await settled(attachments, held), held)).toBe(true);
    await writeFile(join(paths.attachments, `${'0'.repeat(40)}.part`), randomBytes(1_000));
    const whole = (await namesIn(paths.attachments)).filter((name) => /^[0-9a-f]{40}$/.test(name));
    expect(whole.length).toBeGreaterThanOrEqual(4);
    const { device } = (await rig.office.state()).place;
    await central.directive({ device: device ?? '', kind: 'wipe', reason: '' });
    // The session ends under it.
    await control.contact().catch(() => undefined);
    await expect
      .poll(async () => {
        const { phase } = await rig.office.state();
        return phase === 'wiped' && !rig.office.acts.isWiping;
      }, PATIENCE)
      .toBe(true);
    const left = await readdir(rig.userData, { recursive: true });
    expect(left.filter((name) => /[0-9a-f]{40}/.test(name))).toEqual([]);
    const hashes = [...contents.values()].map((bytes) =>
      createHash('sha256').update(bytes).digest('hex'),
    );
    expect(left.filter((name) => hashes.some((hash) => name.includes(hash)))).toEqual([]);
  }, 120_000);
});
