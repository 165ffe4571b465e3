import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error';
import type { RouteOutput } from '../../shared/ipc/contract';
import type { AttachmentItem, AttachmentView } from '../../shared/ipc/routes/attachments';
import { dayInShanghai } from '../../shared/kernel/day';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;
interface Held {
  readonly certificate: number;
  readonly item: AttachmentItem;
}

const REGION = '3301';
const PATIENCE = { timeout: 60_000, interval: 100 };

let dir: string;
let central: Central;
let proxy: CuttingProxy;
let rig: DeskRig;
/** Every certificate of the region, those that end last in front: nobody fetches theirs beforehand. */
let certificates: readonly number[];

const services = () => rig.office.demandServices();
const cached = async () => (await readdir(services().paths.attachments).catch(() => [])).sort();
const pathOf = (name: string | undefined) => join(services().paths.attachments, name ?? '');
const open = ({ certificate, item }: Held, isAsked = false) =>
  services().attachments.view(certificate, item.id, isAsked);
const unlock = (badge = 'A1', password = 'wang-wei-2026') =>
  rig.office.open({ badge, password: new TextEncoder().encode(password) });

async function synchronised(): Promise<void> {
  services().sync.start();
  await services().sync.settled();
}

/** A picture as large as wanted: whole by its head and end, noise between. */
function picture(bytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

/** A new scan of a certificate, its row already on the device. */
async function attached(content: Buffer, certificate = certificates[0] ?? 0): Promise<Held> {
  const { id } = await central.attach(REGION, { owner: certificate, kind: 'scan', content });
  await synchronised();
  const { files } = await services().attachments.of(certificate);
  const item = files.find((one) => one.id === id);
  if (item === undefined) throw new Error('the row did not arrive');
  return { certificate, item };
}

/** Asked for again until it is no longer under way. */
async function settled(held: Held, isAsked = false): Promise<AttachmentView> {
  let view = await open(held, isAsked);
  await expect
    .poll(async () => {
      view = await open(held);
      return view.state;
    }, PATIENCE)
    .not.toBe('fetching');
  return view;
}

const hashOf = (view: AttachmentView) =>
  view.state === 'here' ? createHash('sha256').update(view.bytes).digest('hex') : view.state;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fieldcert-central-'));
  central = await startCentral({ dir });
  await central.seed({ region: REGION, certificates: 80, seed: 'attachments' });
  proxy = await startCuttingProxy(central.url);
  rig = await startDeskRig(undefined, { hasLineSettings: true });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [
      { badge: 'A1', name: '王伟', role: 'inspector' },
      { badge: 'S1', name: '卫明', role: 'security-admin' },
    ],
  });
  const password = new TextEncoder().encode('wang-wei-2026');
  await rig.office.enrol({ address: central.url, code, password });
  await rig.office.lock('person');
  // Every byte goes by the proxy: else the device takes the straight way where that is better.
  const path = join(services().paths.officeDir, 'office.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...file, endpoints: [proxy.address] }));
  await rig.office.load();
  await unlock();
  await synchronised();
  const found = (await services().store.call('portRequest', {
    route: 'search.query',
    input: { text: '', filter: {}, offset: 0, limit: 80 },
  })) as { readonly data?: RouteOutput<'search.query'> };
  certificates = [...(found.data?.items ?? [])]
    .sort((a, b) => b.validity.validTo - a.validity.validTo)
    .map(({ id }) => id);
}, 180_000);
afterAll(async () => {
  await rig.close();
  await proxy.close();
  await central.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  proxy.setDown(false);
  proxy.cutAfter(undefined);
});

describe('what is fetched beforehand', () => {
  // Would catch: a device that has no photo of anybody on site, or one that fetches for money that somebody pays for.
  it('is what ends soon, and only on a line that is free', async () => {
    await expect.poll(() => services().attachments.storage().isFetching, PATIENCE).toBe(false);
    const wanted = await services().store.call('attachmentsWanted', { days: 90, limit: 100 });
    expect(wanted.length).toBeGreaterThan(0);
    await expect.poll(async () => (await cached()).length, PATIENCE).toBe(wanted.length);
    rig.lineSettings.set({ isMetered: true });
    await services().attachments.clear();
    await synchronised();
    expect(await cached()).toEqual([]);
    const held = await attached(picture(4_000));
    expect(await open(held)).toEqual({ state: 'held', why: 'metered' });
    expect(hashOf(await settled(held, true))).toHaveLength(64);
    rig.lineSettings.set({ isPaused: true });
    const other = (await services().attachments.of(held.certificate)).files.find(
      ({ id }) => id !== held.item.id,
    );
    if (other !== undefined)
      expect(await open({ ...held, item: other })).toEqual({ state: 'held', why: 'paused' });
    rig.lineSettings.set({ isPaused: false });
  });
});

// From here on the line is metered: what comes, comes because somebody asked for it.
describe('an attachment', () => {
  // Would catch: a fetch that begins anew after every cut, a half file that is shown, or plain bytes on the disk.
  it('arrives whole over a line that is cut again and again, and lies sealed', async () => {
    const content = picture(900_000);
    const held = await attached(content);
    const before = proxy.bytesDown();
    proxy.cutAgain(() => 150_000);
    const view = await settled(held, true);
    proxy.cutAgain(() => undefined);
    proxy.cutAfter(undefined);
    expect(hashOf(view)).toBe(createHash('sha256').update(content).digest('hex'));
    expect(proxy.cuts()).toBeGreaterThan(2);
    // What was on its way at a cut is lost; begun anew each time, it would never end.
    expect(proxy.bytesDown() - before).toBeLessThan(content.length * 3);
    for (const name of await cached()) {
      expect(name).toMatch(/^[0-9a-f]{40}$/);
      const bytes = await readFile(pathOf(name));
      expect(bytes.includes(content.subarray(1_000, 1_032))).toBe(false);
    }
  });

  // Would catch: a file that is believed because its name is right; damage that is repaired without a word.
  it('that was altered, cut short or swapped on the disk is found at its opening and fetched again', async () => {
    const content = picture(20_000);
    const held = await attached(content);
    const others = new Set(await cached());
    await settled(held, true);
    const name = (await cached()).find((one) => !others.has(one));
    const sound = await readFile(pathOf(name));
    const alter = async (how: (bytes: Buffer) => Buffer) =>
      writeFile(pathOf(name), how(Buffer.from(sound)));
    const damages: readonly (() => Promise<void>)[] = [
      () => alter((bytes) => bytes.fill(7, 5_000, 5_001)),
      () => truncate(pathOf(name), 9_000),
      () => alter(() => Buffer.alloc(0)),
      async () => writeFile(pathOf(name), await readFile(pathOf([...others][0]))),
    ];
    for (const damage of damages) {
      await damage();
      expect((await open(held)).state).toBe('held');
      const view = await settled(held, true);
      expect([view.state === 'here' && view.wasDamaged, hashOf(view)]).toEqual([
        true,
        createHash('sha256').update(content).digest('hex'),
      ]);
    }
    expect(rig.logged.some((line) => line.startsWith('attachment damaged'))).toBe(true);
  });

  // Would catch: an altered object of the server that is shown, or that stays in the cache.
  it('that is not what the signed row names is never shown', async () => {
    const held = await attached(picture(30_000));
    const objects = join(dir, 'objects');
    for (const file of await readdir(objects, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (!file.isFile()) continue;
      const bytes = await readFile(path);
      if (bytes.length === 30_025) await writeFile(path, bytes.fill(1, 20_000, 20_010));
    }
    const before = await cached();
    expect(await settled(held, true)).toEqual({ state: 'failed', error: 'SYNC_OBJECT_DAMAGED' });
    expect(rig.logged.at(-1)).toContain('SYNC_OBJECT_DAMAGED');
    expect((await cached()).filter((name) => !name.endsWith('.part'))).toEqual(
      before.filter((name) => !name.endsWith('.part')),
    );
  });

  // Would catch: a wish that is forgotten when the line is down or the desk is locked.
  it('that cannot be fetched now is queued, and comes with the line, over a lock too', async () => {
    rig.lineSettings.set({ isMetered: false });
    const held = await attached(picture(5_000));
    proxy.setDown(true);
    await synchronised();
    expect(await settled(held, true)).toEqual({ state: 'queued' });
    expect(services().attachments.storage().waiting).toBe(1);
    await rig.office.lock('person');
    await expect(services().attachments.view(held.certificate, held.item.id)).rejects.toThrow();
    expect((await unlock()).outcome).toBe('opened');
    expect(services().attachments.storage().waiting).toBe(1);
    proxy.setDown(false);
    await synchronised();
    await expect.poll(async () => (await open(held)).state, PATIENCE).toBe('here');
    expect(services().attachments.storage().waiting).toBe(0);
    rig.lineSettings.set({ isMetered: true });
  });

  // Would catch: a row that says what its contents are not, a bomb, or a size that nobody has room for.
  it('of another type than its row says, or too large, is refused before it is drawn', async () => {
    const held = await attached(picture(4_000));
    const patch = async (fields: Record<string, number>) => {
      const change = { op: 'patch', entity: 'attachment', id: held.item.id, fields } as const;
      await central.mutate({ region: REGION, changes: [change] });
      await synchronised();
    };
    await settled(held, true);
    await patch({ mime: 3 });
    expect(await open(held)).toEqual({ state: 'unusable', why: 'type' });
    await patch({ mime: 9 });
    expect(await open(held)).toEqual({ state: 'unusable', why: 'type' });
    await patch({ mime: 2, bytes: 50_000_000 });
    expect(await open(held)).toEqual({ state: 'unusable', why: 'size' });
    await expect(
      central.attach(REGION, {
        owner: held.certificate,
        kind: 'scan',
        content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      }),
    ).rejects.toThrow(RangeError);
  });
});

describe('the cache', () => {
  // Would catch: a budget that is a wish, or a photo in use that goes before one that nobody asked for.
  it('keeps its budget, the longest unused first', async () => {
    const store = services().attachments;
    await store.clear();
    await store.setBudget(50);
    const helds: Held[] = [];
    for (let i = 0; i < 7; i++)
      helds.push(await attached(picture(8_000_000 - i), certificates[i + 1] ?? 0));
    for (const held of helds.slice(0, 6)) expect((await settled(held, true)).state).toBe('here');
    // The first is looked at again: now the second is the oldest.
    const [first, second] = helds as [Held, Held];
    expect((await open(first)).state).toBe('here');
    expect((await settled(helds[6] as Held, true)).state).toBe('here');
    expect(store.storage().usedBytes).toBeLessThanOrEqual(50_000_000);
    expect([(await open(first)).state, (await open(second)).state]).toEqual(['here', 'held']);
    await store.setBudget(500);
    await store.clear();
    expect(store.storage()).toMatchObject({ usedBytes: 0, files: 0, budgetBytes: 500_000_000 });
  }, 180_000);

  // Would catch: faces of people who left the office that stay on its disk.
  it('gives up what left the office or moved to another region', async () => {
    const [left, stays] = [
      await attached(picture(3_001), certificates[10]),
      await attached(picture(3_002), certificates[11]),
    ] as const;
    for (const held of [left, stays]) await settled(held, true);
    expect(await cached()).toHaveLength(2);
    const day = dayInShanghai(Date.now());
    const reason = 'scope-lost';
    const exit = { op: 'exit', entity: 'attachment', id: left.item.id, reason, day } as const;
    await central.mutate({ region: REGION, changes: [exit] });
    await synchronised();
    await expect.poll(async () => (await cached()).length, PATIENCE).toBe(1);
    expect(await open(left)).toEqual({ state: 'gone' });
    expect((await open(stays)).state).toBe('here');
  });

  // Would catch: a lock, or an end of the program, in the middle of a fetch after which it begins anew, shows a half file, or
  // leaves the part for ever.
  it('goes on with what had come when the desk was locked in the middle', async () => {
    const content = picture(6_000_000);
    const held = await attached(content);
    await open(held, true);
    await expect
      .poll(async () => (await cached()).some((name) => name.endsWith('.part')), {
        ...PATIENCE,
        interval: 2,
      })
      .toBe(true);
    await rig.office.lock('person');
    const { paths } = services();
    const parts = (await readdir(paths.attachments)).filter((name) => name.endsWith('.part'));
    expect(parts.length).toBeLessThanOrEqual(1);
    for (const name of parts)
      expect(
        (await readFile(join(paths.attachments, name))).includes(content.subarray(100, 132)),
      ).toBe(false);
    expect((await unlock()).outcome).toBe('opened');
    expect(hashOf(await settled(held, true))).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
    expect((await cached()).filter((name) => name.endsWith('.part'))).toEqual([]);
  }, 120_000);

  // Would catch: bytes of a photo that can still be asked for when the desk is locked.
  it('is shut by a lock', async () => {
    const files = await cached();
    const { attachments, paths } = services();
    await rig.office.lock('person');
    expect(() => attachments.storage()).toThrow(AppError);
    expect(await readdir(paths.attachments)).toHaveLength(files.length);
    expect((await unlock()).outcome).toBe('opened');
    expect(services().attachments.storage().files).toBe(files.length);
  });
});
