import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CacheKeeper } from '../../electron/main/services/sync/cache/cache-keeper';
import { SegmentCache } from '../../electron/main/services/sync/cache/segment-cache';
import { Downloader } from '../../electron/main/services/sync/download';
import { accessServer } from '../../electron/main/services/sync/server-access';
import { generateRegion } from '../../server/generate/generate';
import type { Answer } from '../../shared/ipc/define';
import type { Board } from '../../shared/ipc/routes/boards';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { dayInShanghai } from '../../shared/kernel/day';
import { objectPath } from '../../shared/protocol/endpoints';
import { ManifestSchema } from '../../shared/protocol/manifest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const TODAY = dayInShanghai(Date.now());
const DATA = { region: REGION, certificates: 800, seed: 'emergency', today: TODAY };
const password = () => new TextEncoder().encode('wang-wei-2026');

let folder: string;
let central: Central;
/** An office that synchronised, changed, synchronised and locked; each test takes a copy. */
let template: string;
let expected: { status: SyncStatus; answers: unknown[] };
let userData: string;
const rigs: DeskRig[] = [];

async function open(isEmergency: boolean): Promise<DeskRig> {
  const rig = await startDeskRig(userData, { isEmergency });
  rigs.push(rig);
  const { outcome } = await rig.office.open({ badge: 'A1024', password: password() });
  expect(outcome).toBe('opened');
  await rig.office.demandServices().sync.settled();
  return rig;
}
const statusOf = (rig: DeskRig) => rig.office.demandServices().sync.status();

async function ask<T>(rig: DeskRig, route: string, input: unknown): Promise<T> {
  const { store } = rig.office.demandServices();
  const answer = (await store.call('portRequest', { route, input })) as Answer<T>;
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.data;
}

/** When it was asked, and when the server signed last: a synchronisation without changes renews that. */
const MOMENTS = ['tookMs', 'asOfMs'];

/** What people ask: names, ID numbers and parts of them, whole lists, a board; without machine times. */
async function answersOf(rig: DeskRig): Promise<unknown[]> {
  let id = 0;
  const [batch] = generateRegion(DATA, () => ++id);
  const people = (batch?.rows.person ?? []).slice(0, 12);
  const texts = people.flatMap(({ values, secret }) => [
    String(values.name),
    String(secret?.idNumber),
    String(secret?.idNumber).slice(-4),
  ]);
  const answers: unknown[] = [];
  for (const text of ['', ...texts])
    answers.push(await ask(rig, 'search.query', { text, filter: {}, offset: 0, limit: 100 }));
  const first = answers[0] as { items: { id: number }[] };
  for (const { id: certificate } of first.items.slice(0, 10))
    answers.push(await ask(rig, 'records.certificate', { id: certificate }));
  answers.push(await ask<Board>(rig, 'boards.query', { filter: {}, day: TODAY }));
  return JSON.parse(
    JSON.stringify(answers, (key, value) => (MOMENTS.includes(key) ? 0 : value)),
  ) as unknown[];
}

/** What the status says of the data, apart from runs and the line. */
const dataOf = ({ asOfMs, counts, hasSlice, proof }: SyncStatus) => ({
  asOfMs,
  counts,
  hasSlice,
  root: proof.root,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-emergency-'));
  template = join(folder, 'template');
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed(DATA);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  const rig = await startDeskRig(template);
  await rig.office.enrol({ address: central.url, code, password: password() });
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
  for (const seed of ['one', 'two']) {
    await central.mutate({ region: REGION, random: 60, seed });
    sync.start();
    await sync.settled();
  }
  expect(rig.logged).toEqual([]);
  expected = { status: await sync.status(), answers: await answersOf(rig) };
  await rig.close();
});
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  userData = await mkdtemp(join(folder, 'desk-'));
  await cp(template, userData, { recursive: true, preserveTimestamps: true });
});

const cacheDir = () => join(userData, 'office', 'segments');

/** Cached objects, newest first: the last page is the first of them. */
async function objects(): Promise<string[]> {
  const names = (await readdir(cacheDir())).filter((name) => name.length === 64);
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(cacheDir(), name))).mtimeMs })),
  );
  return dated.sort((a, b) => b.at - a.at).map(({ name }) => name);
}
async function flip(name: string): Promise<void> {
  const path = join(cacheDir(), name);
  const bytes = await readFile(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
function fail(message: string, fields?: unknown): never {
  throw new Error(`${message} ${JSON.stringify(fields ?? {})}`);
}
/** What the server holds now. */
async function lastRoot(): Promise<{ readonly root: string }> {
  const { base } = ManifestSchema.parse(JSON.parse((await central.snapshot(REGION)).payload));
  return base;
}
/** The office's server is out of reach: nothing answers at the address. */
async function unplug(): Promise<void> {
  const file = join(userData, 'office', 'office.json');
  const office = JSON.parse(await readFile(file, 'utf8')) as { endpoints: string[] };
  await writeFile(file, JSON.stringify({ ...office, endpoints: ['https://127.0.0.1:9'] }));
}

describe('the emergency reader over real segments', () => {
  // Would catch: a page or a segment missing from the cache, another order, an answer unlike the encrypted store's.
  it('shows offline exactly what the encrypted store showed, from the cache alone', async () => {
    await unplug();
    const rig = await open(true);
    const status = await statusOf(rig);
    expect(dataOf(status)).toEqual(dataOf(expected.status));
    expect(status.isCut).toBe(false);
    expect(await answersOf(rig)).toEqual(expected.answers);
    expect((await rig.office.demandServices().sync.verify()).state).toBe('proven');
  });

  // Would catch: a certificate that reads valid because the page that revoked it is gone.
  it('shows everything as of the last whole state where a page is missing, and says so', async () => {
    await unplug();
    const [last = ''] = await objects();
    await rm(join(cacheDir(), last));
    const rig = await open(true);
    const status = await statusOf(rig);
    expect(status).toMatchObject({ hasSlice: true, isCut: true, isStale: true });
    expect(status.proof.root).not.toBe(expected.status.proof.root);
    expect(status.asOfMs).toBeLessThan(expected.status.asOfMs ?? 0);
    expect((await rig.office.demandServices().sync.verify()).state).toBe('proven');
  });

  // Would catch: a changed object or index that is shown, or that keeps the desk from its server for ever.
  it('refuses a changed base and a changed index, and receives them anew when it can', async () => {
    const whole = userData;
    for (const spoil of [
      async () => flip('index'),
      async () => flip((await objects()).at(-1) ?? ''),
    ]) {
      userData = await mkdtemp(join(folder, 'desk-'));
      await cp(whole, userData, { recursive: true, preserveTimestamps: true });
      await spoil();
      await unplug();
      const rig = await open(true);
      const status = await statusOf(rig);
      expect(status.hasSlice).toBe(false);
      expect(status.runs[0]).toMatchObject({ outcome: 'failed', error: 'EMERGENCY_CACHE_DAMAGED' });
      await rig.close();
    }
    userData = whole;
    await flip('index');
    const rig = await open(true);
    expect(await statusOf(rig)).toMatchObject({ hasSlice: true, isCut: false });
    expect(await answersOf(rig)).toEqual(expected.answers);
  });

  // Would catch: revocations that do not arrive in an emergency, or that are gone at the next start.
  it('receives changes while the server is there and keeps them', async () => {
    await central.mutate({ region: REGION, random: 40, seed: 'three' });
    const online = await open(true);
    const after = await statusOf(online);
    expect(after.proof.root).not.toBe(expected.status.proof.root);
    const answers = await answersOf(online);
    await online.close();
    await unplug();
    const offline = await open(true);
    expect(dataOf(await statusOf(offline))).toEqual(dataOf(after));
    expect(await answersOf(offline)).toEqual(answers);
  });

  // Would catch: a device that was enrolled before there was a cache staying without one, or one made of the wrong objects.
  it('makes the cache at the next synchronisation where there is none', async () => {
    await rm(cacheDir(), { recursive: true });
    await (await open(false)).close();
    await unplug();
    const rig = await open(true);
    expect(dataOf(await statusOf(rig)).root).toBe((await lastRoot()).root);
    expect((await statusOf(rig)).isCut).toBe(false);
  });

  // Would catch: pages that the server merged leading elsewhere than those they replace, old ones left on the disk, or
  // as many held in memory as somebody was away.
  it('has the server merge many pages, and shows the same', async () => {
    const native = await open(false);
    const { sync, sessions, store } = native.office.demandServices();
    for (const seed of ['four', 'five']) {
      await central.mutate({ region: REGION, random: 30, seed });
      sync.start();
      await sync.settled();
    }
    const { office, keys } = sessions.demand();
    const { line, remote } = accessServer(office, keys);
    const cache = await SegmentCache.open(cacheDir(), keys.copy('region'));
    const before = cache.index?.pages ?? [];
    expect(before.length).toBeGreaterThanOrEqual(4);
    const incomingDir = join(userData, 'office', 'incoming');
    const downloader = new Downloader(line, incomingDir, objectPath, () => undefined);
    const log = { info: fail, warn: fail, error: fail };
    const parts = { cache, remote, downloader, incomingDir, nowMs: Date.now, log, manyPages: 2 };
    const { signal } = new AbortController();
    const { cursor } = await store.call('state', {});
    if (cursor === null) throw new Error('no slice');
    await new CacheKeeper(parts).settle(cursor, await remote.manifest(signal), signal);
    const merged = cache.index?.pages ?? [];
    expect(merged.length).toBeLessThan(before.length);
    // More than may be held at once: the server's base is taken again, and nothing is behind.
    const little = { ...parts, manyPages: -1, mergeBytes: 1 };
    await new CacheKeeper(little).settle(cursor, await remote.manifest(signal), signal);
    expect(cache.index).toMatchObject({ merged: 0, isBehind: false, hasLate: true });
    line.close();
    const after = cache.index?.pages ?? [];
    const named = [cache.index?.reference, ...(cache.index?.segments ?? []), ...after];
    expect((await objects()).sort()).toEqual(named.map((one) => one?.sha256).sort());
    const status = await statusOf(native);
    const answers = await answersOf(native);
    await native.close();
    await unplug();
    const rig = await open(true);
    expect((await statusOf(rig)).proof.root).toBe(status.proof.root);
    expect(await answersOf(rig)).toEqual(answers);
  });

  // Would catch: acts of an emergency that never reach the journal, or a broken chain afterwards.
  it('hands its acts to the journal at the next normal unlock, and tells a log that was cut', async () => {
    await unplug();
    const emergency = await open(true);
    await ask(emergency, 'search.query', { text: '王', filter: {}, offset: 0, limit: 5 });
    await emergency.office.lock('person');
    await emergency.close();
    const mended = await open(false);
    const { store, emergencyImport } = mended.office.demandServices();
    const report = await emergencyImport.lastReport();
    expect(report).toMatchObject({ fault: null, isTorn: false });
    expect(report?.acts).toBeGreaterThanOrEqual(4);
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
    const names = await readdir(join(userData, 'office'));
    expect(names.filter((name) => name.startsWith('emergency'))).toEqual([]);
    await mended.close();

    const again = await open(true);
    await ask(again, 'search.query', { text: '李', filter: {}, offset: 0, limit: 5 });
    await again.close();
    const log = join(userData, 'office', 'emergency-audit.log');
    const bytes = await readFile(log);
    await writeFile(log, bytes.subarray(0, 200));
    const told = await open(false);
    expect(told.office.demandServices().emergencyImport.fault?.kind).toBe('truncated');
    expect(await told.office.demandServices().store.call('auditVerify', {})).toMatchObject({
      isIntact: true,
    });
  });
});
