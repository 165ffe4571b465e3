import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCache } from '../../electron/main/services/sync/cache/open-cache';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { ServerParts } from '../../server/http/parts';
import { addManifest, addObjects, latestManifest } from '../../server/store/manifests';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  type Manifest,
  ManifestSchema,
  namesRef,
  type ReferencePack,
} from '../../shared/protocol/manifest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk, startDeskRig } from './desk-rig';

const REGION = '3301';
const SLICE = 3301;
const BADGE = 'A1';
const HOW = { region: REGION, users: [{ badge: BADGE, name: '王伟', role: 'inspector' }] } as const;
const password = () => new TextEncoder().encode('names-2026');
const EQUAL = { state: 'proven', why: null, names: 'equal' };
const DIFFER = { state: 'differs', why: 'names-differ', names: 'differ', buckets: 0, atMs: null };
const UNPROVEN = { state: 'unproven', why: 'names-unproven', names: 'unproven', atMs: null };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
let asked: string[] = [];
let sticks = 0;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-names-'));
  central = await startCentral({
    dir: join(folder, 'central'),
    seen: (_method, address) => void asked.push(address.replace(/\?.*/, '')),
  });
  await central.seed({ region: REGION, certificates: 300 });
  proxy = await startCuttingProxy(central.url);
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

const serverParts = () => (central as unknown as { readonly parts: ServerParts }).parts;
const objects = () => asked.filter((path) => path.includes('/objects/'));
const last = async (): Promise<Manifest> => {
  const record = await latestManifest(serverParts().client, SLICE);
  return ManifestSchema.parse(JSON.parse(record?.envelope.payload ?? ''));
};

/** The server's next list, as another build of it would publish it. */
async function publish(change: (whole: Manifest) => Partial<Manifest>): Promise<void> {
  const { client, statements, nowMs } = serverParts();
  const before = await latestManifest(client, SLICE);
  if (before === undefined) throw new Error('no manifest');
  const whole = ManifestSchema.parse(JSON.parse(before.envelope.payload));
  const issuedMs = Math.max(nowMs(), whole.issuedMs + 1);
  const next = { ...whole, previous: before.sha256, issuedMs, ...change(whole) };
  const envelope = await statements.sign(ManifestSchema.parse(next));
  const sha256 = createHash('sha256').update(envelope.payload, 'utf8').digest('hex');
  const createdMs = issuedMs;
  await addManifest(client, SLICE, {
    ...before,
    serial: before.serial + 1,
    envelope,
    sha256,
    createdMs,
  });
}

/** An issuer is called otherwise from now on: another list of names in the next manifest. */
async function renameAtServer(name: string): Promise<void> {
  const { objects: place, client } = serverParts();
  const { packs } = await last();
  const ref = namesRef({ packs });
  if (ref === undefined) throw new Error('no names');
  const present = await place.read(ref.sha256, { from: 0, to: ref.bytes - 1 });
  const names = JSON.parse(present.toString('utf8')) as ReferencePack;
  const issuers = names.issuers.map((one, i) => (i === 0 ? { ...one, name } : one));
  const bytes = Buffer.from(canonicalJson({ ...names, issuers }), 'utf8');
  const sha256 = await place.put(bytes);
  await addObjects(client, SLICE, [{ sha256, kind: 'pack', bytes: bytes.length }]);
  await publish(() => ({
    packs: packs.map((one) => (one === ref ? { ...ref, sha256, bytes: bytes.length } : one)),
  }));
}

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

const proofOf = async (rig: DeskRig) => (await rig.office.demandServices().sync.status()).proof;
const namesOf = (rig: DeskRig): Promise<ReferencePack | null> =>
  rig.office.demandServices().store.call('namesRead', {});

/** What somebody does who has the data key in hand. */
function forge(rig: DeskRig): void {
  const { paths, sessions } = rig.office.demandServices();
  const key = sessions.demand().keys.copy('slice');
  const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
  try {
    const where = sql`select value from sync_state where name = 'reference-pack'`;
    const names = JSON.parse(String(db.value(where))) as ReferencePack;
    const [first, ...others] = names.issuers;
    const issuers = [{ ...first, name: '假冒应急管理局' }, ...others];
    db.run(
      sql`update sync_state set value = ${JSON.stringify({ ...names, issuers })} where name = 'reference-pack'`,
    );
  } finally {
    db.close();
  }
}

async function bring(rig: DeskRig, files: readonly string[]) {
  const { bundles } = rig.office.demandServices();
  rig.chosen.bundle = files.at(-1) ?? null;
  const preview = await bundles.choose();
  if (preview === null) throw new Error('nothing chosen');
  return bundles.apply(preview.handle);
}
const stickFor = (device: string, order: object = {}) =>
  central.bundle({ device, out: join(folder, `stick-${++sticks}`), ...order });

describe('names of issuers and training bodies', { timeout: 600_000 }, () => {
  // Would catch: an office that keeps the names of its first load for good, or loads all anew for a new name.
  it('that change at the server come alone, and the page says that they are as signed', async () => {
    const { rig } = await enrolled();
    expect((await synced(rig)).proof).toMatchObject(EQUAL);
    const before = await namesOf(rig);
    await renameAtServer('改名应急管理局');
    asked = [];
    expect((await synced(rig)).proof).toMatchObject(EQUAL);
    expect(objects()).toEqual([expect.stringContaining(namesRef(await last())?.sha256 ?? '-')]);
    expect(await namesOf(rig)).not.toEqual(before);
    expect((await namesOf(rig))?.issuers[0]?.name).toBe('改名应急管理局');
    asked = [];
    await synced(rig);
    expect(objects()).toEqual([]);
  });

  // Would catch: "proven" beside a server that never signed a name, or names that stay unproven beside one that does.
  it('are unproven beside a server of before, and proven once it signs them', async () => {
    const { packs } = await last();
    await publish(() => ({ packs: packs.filter(({ kind }) => kind !== 'reference') }));
    const { rig } = await enrolled();
    expect((await synced(rig)).proof).toMatchObject(UNPROVEN);
    // Records are shown all the same, and the check of the rows says nothing of the names.
    expect(await namesOf(rig)).toBeNull();
    expect(await rig.office.demandServices().sync.verify()).toMatchObject(UNPROVEN);
    await publish(() => ({ packs }));
    expect((await synced(rig)).proof).toMatchObject(EQUAL);
    expect(await namesOf(rig)).not.toBeNull();
    // A server that is put back to the former build: what it does not sign is proven no more.
    await publish(() => ({ packs: packs.filter(({ kind }) => kind !== 'reference') }));
    expect((await synced(rig)).proof).toMatchObject(UNPROVEN);
    await publish(() => ({ packs }));
    expect((await synced(rig)).proof).toMatchObject(EQUAL);
  });

  // Would catch: a list of names that is taken because it is signed, though nobody can compute its hash again.
  it('in a form that cannot be hashed again are refused, and the slice stays', async () => {
    const { rig } = await enrolled();
    await synced(rig);
    const before = await namesOf(rig);
    const { objects: place, client } = serverParts();
    const { packs } = await last();
    const loose = Buffer.from(JSON.stringify({ ...before, issuers: [] }, null, 1), 'utf8');
    const sha256 = await place.put(loose);
    await addObjects(client, SLICE, [{ sha256, kind: 'pack', bytes: loose.length }]);
    const entry = { kind: 'reference', id: 'loose', sha256, bytes: loose.length } as const;
    await publish(() => ({ packs: [entry] }));
    const { sync } = rig.office.demandServices();
    sync.start();
    await sync.settled();
    const status = await sync.status();
    expect(status.runs[0]).toMatchObject({ outcome: 'failed', error: 'SYNC_OBJECT_DAMAGED' });
    expect(await namesOf(rig)).toEqual(before);
    expect(status.proof).toMatchObject(EQUAL);
    await publish(() => ({ packs }));
    await synced(rig);
  });

  // Would catch: names that only the line can mend, or a stick of before that puts former names back.
  it('are mended by a stick of changes, and not taken back by an older one', async () => {
    const { rig, device } = await enrolled();
    await synced(rig);
    const older = await stickFor(device);
    await renameAtServer('再次改名应急管理局');
    await synced(rig);
    const names = await namesOf(rig);
    proxy.setDown(true);
    forge(rig);
    expect(await proofOf(rig)).toMatchObject(DIFFER);
    await bring(rig, older.files).catch(() => undefined);
    expect(await proofOf(rig)).toMatchObject(DIFFER);
    await central.mutate({ region: REGION, random: 10, seed: `stick ${sticks}` });
    const stick = await stickFor(device);
    expect(stick.kind).toBe('delta');
    expect(await bring(rig, stick.files)).toMatchObject({});
    expect(await namesOf(rig)).toEqual(names);
    expect(await proofOf(rig)).toMatchObject(EQUAL);
  });

  // Would catch: a forged name that a locked and opened desk believes or keeps.
  it('that were forged are found after a lock too, and mended by the next run', async () => {
    const { rig } = await enrolled();
    await synced(rig);
    const sound = await namesOf(rig);
    proxy.setDown(true);
    forge(rig);
    await rig.office.lock('person');
    await rig.office.open({ badge: BADGE, password: password() });
    const { sync, store } = rig.office.demandServices();
    await sync.settled();
    expect(await sync.verify()).toMatchObject(DIFFER);
    proxy.setDown(false);
    expect((await synced(rig)).proof).toMatchObject(EQUAL);
    expect(await namesOf(rig)).toEqual(sound);
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
  });

  // Would catch: the emergency reader showing names that somebody sealed into the cache with the office's own key.
  it('that nobody signed are not shown by the emergency reader, and the rest is', async () => {
    const { rig } = await enrolled();
    await synced(rig);
    const { paths, sessions } = rig.office.demandServices();
    const cacheDir = join(paths.officeDir, 'segments');
    const cache = await openCache(cacheDir, sessions.demand().keys);
    try {
      const { index } = cache;
      if (index === null) throw new Error('no cache');
      const manifest = ManifestSchema.parse(
        JSON.parse((index.envelope as { readonly payload: string }).payload),
      );
      const names = (await cache.reference()) as ReferencePack;
      const forged = { ...names, issuers: names.issuers.map((one) => ({ ...one, name: '假冒' })) };
      const { hasLate, isBehind, mergedMs: nowMs } = index;
      await cache.begin(index.envelope, manifest, forged, { hasLate, isBehind, nowMs });
    } finally {
      cache.close();
    }
    const { userData } = rig;
    await rig.close();
    rigs.splice(rigs.indexOf(rig), 1);
    const file = join(userData, 'office', 'office.json');
    const office = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...office, endpoints: ['https://127.0.0.1:9'] }));
    const reader = await startDeskRig(userData, { isEmergency: true });
    rigs.push(reader);
    expect((await reader.office.open({ badge: BADGE, password: password() })).outcome).toBe(
      'opened',
    );
    const { sync } = reader.office.demandServices();
    await sync.settled();
    expect(await sync.status()).toMatchObject({ hasSlice: true, proof: DIFFER });
    expect(await namesOf(reader)).toBeNull();
  });
});
