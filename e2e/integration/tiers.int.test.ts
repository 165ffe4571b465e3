import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../server/embedded';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { objectPath } from '../../shared/protocol/endpoints';
import type { TierRef } from '../../shared/protocol/manifest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const USCC = '91330100MA27XXXX0X';
const password = () => new TextEncoder().encode('wang-wei-2026');

let folder: string;
let central: Central;
let proxy: CuttingProxy;
const rigs: DeskRig[] = [];
/** Paths that the server was asked for, without their queries. */
let asked: string[] = [];
let onAsk: (path: string) => void = () => undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-tiers-'));
  central = await startCentral({
    dir: join(folder, 'central'),
    tierRows: 250,
    seen: (_method, address) => {
      const path = address.replace(/\?.*/, '');
      asked.push(path);
      onAsk(path);
    },
  });
  await central.seed({ region: REGION, certificates: 400 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The same until it gets through: an address that did not answer is left alone for a while. */
async function syncBack(
  rig: DeskRig,
  isThrough: (status: SyncStatus) => boolean = ({ runs }) =>
    // A run of its own, not the one before it was away.
    runs[0]?.outcome === 'done' && asked.some((path) => path.endsWith('/manifest')),
): Promise<SyncStatus> {
  for (let tries = 1; ; tries++) {
    const status = await syncOnce(rig);
    if (isThrough(status) || tries === 8) return status;
    await delay(3_000);
  }
}

/** Nobody synchronises by itself meanwhile: the desks are away. */
async function whileAway<T>(act: () => Promise<T>): Promise<T> {
  proxy.setDown(true);
  try {
    return await act();
  } finally {
    asked = [];
    proxy.setDown(false);
  }
}

/** A desk whose line to the server is the proxy. */
async function desk(): Promise<DeskRig> {
  const users = [{ badge: 'A1024', name: '王伟', role: 'inspector' as const }];
  const office = { region: REGION, users };
  const { rig } = await enrolDesk(central, password(), office, { through: proxy });
  rigs.push(rig);
  return rig;
}

async function syncOnce(rig: DeskRig): Promise<SyncStatus> {
  const { sync } = rig.office.demandServices();
  // A run that began by itself while the desk was away may still be failing.
  await sync.settled();
  sync.start();
  await sync.settled();
  return sync.status();
}

let companies = 9_000_000;
/** Everyday changes, and more than one live page closes: new companies that change their names again and again. */
async function liveOn(seed: string, names = 4): Promise<void> {
  await central.mutate({ region: REGION, random: 300, seed });
  const ids = Array.from({ length: 600 }, () => ++companies);
  const values = { uscc: USCC, industry: 26, region: 330102, staffing: [] };
  for (let turn = 0; turn < names; turn++) {
    const name = `${seed}公司${turn}`;
    const changes = ids.map(
      (id): Change =>
        turn === 0
          ? { op: 'put', entity: 'company', id, values: { name, ...values } }
          : { op: 'patch', entity: 'company', id, fields: { name } },
    );
    await central.mutate({ region: REGION, changes });
  }
}
const count = (path: RegExp): number => asked.filter((one) => path.test(one)).length;
const objects = (tier: TierRef | undefined): RegExp =>
  new RegExp((tier?.parts ?? []).map(({ sha256 }) => sha256).join('|'));

async function expectEqual(rig: DeskRig, status: SyncStatus): Promise<void> {
  expect([status.runs[0]?.outcome, status.runs[0]?.error]).toEqual(['done', null]);
  expect((await rig.office.demandServices().sync.verify()).state).toBe('proven');
  const rows = (await central.status()).regions.find(({ region }) => region === REGION)?.rows;
  expect((await rig.office.demandServices().sync.status()).counts).toEqual(rows);
}

describe('a desk that was away', () => {
  // Would catch: a catch-up over pages where tiers stand ready, a tier that does not fit a slice which stopped
  // within it, or a cache of received objects that fetches everything once more.
  it('catches up by tiers from wherever it stopped, and then by one page', async () => {
    const [early, late] = [await desk(), await desk()];
    await syncOnce(early);
    await liveOn('before', 1);
    await syncOnce(late);
    const [tier] = await whileAway(async () => {
      await liveOn('after');
      const built = await central.tiers(REGION);
      await liveOn('since', 1);
      return built;
    });
    expect(tier?.parts.length).toBeGreaterThan(2);
    for (const rig of [early, late]) {
      asked = [];
      const status = await syncBack(rig);
      const parts = count(objects(tier));
      expect([parts > 0, count(/changes$/) <= 2]).toEqual([true, true]);
      await expectEqual(rig, status);
    }
  }, 600_000);

  // Would catch: a tier that starts over where the line broke, or rows that were applied twice.
  it('goes on where the line broke', async () => {
    const rig = await desk();
    await syncOnce(rig);
    const built = await whileAway(async () => {
      await liveOn('cut');
      return central.tiers(REGION);
    });
    // Whichever of the new tiers is the shortest way: its last object finds the line broken.
    const lasts = built.map(({ parts }) => parts.at(-1)?.sha256 ?? '');
    onAsk = (path) => {
      if (lasts.some((name) => path.includes(name))) proxy.setDown(true);
    };
    const ofTiers = (path: string) => built.some((tier) => objects(tier).test(path));
    const broken = await syncBack(rig, () => asked.some(ofTiers));
    onAsk = () => undefined;
    expect(broken.runs[0]?.outcome).toBe('failed');
    const before = asked;
    asked = [];
    proxy.setDown(false);
    await expectEqual(rig, await syncBack(rig));
    const twice = before.filter((path) => ofTiers(path) && asked.includes(path));
    expect(before.filter(ofTiers).length).toBeGreaterThan(1);
    expect(lasts.map(objectPath)).toEqual(expect.arrayContaining(twice));
  }, 600_000);

  // Would catch: a desk that never synchronises again because one object of a tier is gone or spoiled.
  it('takes live pages where an object of a tier is damaged', async () => {
    const rig = await desk();
    await syncOnce(rig);
    const kept = new Map<string, Buffer>();
    const built = await whileAway(async () => {
      await liveOn('damage');
      const tiers = await central.tiers(REGION);
      for (const { parts } of tiers) {
        const name = parts.at(-1)?.sha256 ?? '';
        const path = join(folder, 'central', 'objects', name.slice(0, 2), name);
        const sound = await readFile(path);
        kept.set(path, sound);
        const altered = Buffer.from(sound);
        altered[altered.length - 9] = (altered[altered.length - 9] ?? 0) ^ 1;
        await writeFile(path, altered);
      }
      return tiers;
    });
    const status = await syncBack(rig);
    expect([built.some((tier) => count(objects(tier)) > 0), count(/changes$/) > 0]).toEqual([
      true,
      true,
    ]);
    await expectEqual(rig, status);
    for (const path of kept.keys()) await rm(path);
    const other = await desk();
    await expectEqual(other, await syncOnce(other));
    for (const [path, sound] of kept) await writeFile(path, sound);
  }, 600_000);
});
