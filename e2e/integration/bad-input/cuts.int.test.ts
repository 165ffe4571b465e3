import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../../../electron/store/launcher';
import type { StoreCallName } from '../../../electron/store/protocol';
import { random } from '../../../electron/store/test/rows';
import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { objectPath } from '../../../shared/protocol/endpoints';
import { startTestCentral as startCentral } from '../../rigs/central';
import { type CuttingProxy, startCuttingProxy } from '../cutting-proxy';
import { type DeskRig, startDeskRig } from '../desk-rig';
import { LyingServer } from './lying-server';

/** `npm run proof -- cuts` asks for more (FIELDCERT_CUT_LOADS, FIELDCERT_CUT_SEED, FIELDCERT_KILL_STEP). */
const loads = Number(process.env.FIELDCERT_CUT_LOADS ?? 1);
const firstSeed = Number(process.env.FIELDCERT_CUT_SEED ?? 1);
const killStep = Number(process.env.FIELDCERT_KILL_STEP ?? 4);

const REGION = '3301';
const CERTIFICATES = 2_500;
/** What a cut may cost: handshakes anew and what was on its way on four connections. */
const BYTES_PER_CUT = 64 * 1024;
const MOST_RUNS = 40;

const password = () => new TextEncoder().encode('wang-wei-2026');
let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let server: LyingServer;
let proxy: CuttingProxy;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-cuts-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: CERTIFICATES });
  server = await LyingServer.start(central);
  proxy = await startCuttingProxy(server.address);
  server.named = proxy.address;
});
afterEach(async () => {
  server.lie = null;
  proxy.cutAfter(undefined);
  for (const rig of rigs.splice(0)) await rig.close();
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

async function enrolledRig(onStore?: (store: StoreClient) => StoreClient): Promise<DeskRig> {
  const rig = await startDeskRig(undefined, onStore === undefined ? {} : { onStore });
  rigs.push(rig);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  await rig.office.enrol({ address: proxy.address, code, password: password() });
  return rig;
}

/** Runs until one succeeds; answers how many it took. */
async function syncUntilDone(rig: DeskRig): Promise<{ status: SyncStatus; runs: number }> {
  for (let runs = 1; ; runs++) {
    const { sync } = rig.office.demandServices();
    await sync.settled();
    sync.start();
    await sync.settled();
    const status = await sync.status();
    if (status.runs[0]?.outcome === 'done') return { status, runs };
    if (runs >= MOST_RUNS) throw new Error(`still ${status.runs[0]?.error} after ${runs} runs`);
  }
}

async function demandEqual(status: SyncStatus): Promise<void> {
  expect(status.proof.state).toBe('proven');
  const { regions } = await central.status();
  expect(status.counts).toEqual(regions.find(({ region }) => region === REGION)?.rows);
}

/** A load without any fault, and the bytes that it takes. */
async function undisturbed(): Promise<{ root: string | null; bytes: number }> {
  const rig = await enrolledRig();
  const before = proxy.bytesDown();
  const { status } = await syncUntilDone(rig);
  return { root: status.proof.root, bytes: proxy.bytesDown() - before };
}

describe('a line that is cut while the real service loads from the real server', () => {
  // Would catch: a load that starts over, leaves a hole or never ends when connections break between objects.
  it('before and after every object', async () => {
    const reference = await undisturbed();
    const rig = await enrolledRig();
    const met = new Map<string, number>();
    const before = { bytes: proxy.bytesDown(), cuts: proxy.cuts() };
    server.lie = ({ request, reply, truth }) => {
      if (!request.url.startsWith(objectPath(''))) return truth;
      const times = (met.get(request.url) ?? 0) + 1;
      met.set(request.url, times);
      if (times === 1) proxy.cutNow();
      else if (times === 2) reply.raw.once('finish', () => proxy.cutNow());
      return truth;
    };
    const { status, runs } = await syncUntilDone(rig);
    await demandEqual(status);
    expect(status.proof.root).toBe(reference.root);
    const cuts = proxy.cuts() - before.cuts;
    const wasted = proxy.bytesDown() - before.bytes - reference.bytes;
    process.stdout.write(
      `${JSON.stringify({ objects: met.size, cuts, runs, wasted, bytes: reference.bytes })}\n`,
    );
    expect(cuts).toBeGreaterThanOrEqual(met.size);
    expect(wasted).toBeLessThan(cuts * BYTES_PER_CUT);
  }, 300_000);

  // Would catch: a resume at a byte that nobody thought of, in a load or in a delta.
  it.each(Array.from({ length: loads }, (_, i) => firstSeed + i))(
    'at random bytes, seed %i',
    async (seed) => {
      const reference = await undisturbed();
      const next = random(seed);
      const rig = await enrolledRig();
      const before = { bytes: proxy.bytesDown(), cuts: proxy.cuts() };
      proxy.cutAgain(() => 6_000 + Math.floor(next() * 60_000));
      const { status, runs } = await syncUntilDone(rig);
      await demandEqual(status);
      expect(status.proof.root).toBe(reference.root);
      const cuts = proxy.cuts() - before.cuts;
      const wasted = proxy.bytesDown() - before.bytes - reference.bytes;
      await central.mutate({ region: REGION, random: 150, seed: `cut ${seed}` });
      await demandEqual((await syncUntilDone(rig)).status);
      process.stdout.write(
        `${JSON.stringify({ seed, cuts, runs, wasted, bytes: reference.bytes })}\n`,
      );
      expect(cuts).toBeGreaterThan(0);
      expect(wasted).toBeLessThan(cuts * BYTES_PER_CUT);
    },
    300_000,
  );
});

const WRITING: readonly StoreCallName[] = [
  'loadBegin',
  'loadSegment',
  'loadFinish',
  'lateSegment',
  'lateFinish',
  'applyPage',
];

describe('a store that is killed while the real service loads', () => {
  // Would catch: an acknowledged segment or page that is lost, half a slice that shows, an office that does not go on.
  it('at the n-th writing call, before it or after its answer, n growing', async () => {
    let left = Number.POSITIVE_INFINITY;
    let isBefore = false;
    let kills = 0;
    const rig = await enrolledRig((store) => ({
      ...store,
      call: async (name, input) => {
        if (!WRITING.includes(name) || --left !== 0) return store.call(name, input);
        kills++;
        const answered = isBefore ? undefined : store.call(name, input);
        await answered?.catch(() => undefined);
        // SIGKILL: nothing is closed.
        store.kill();
        return answered ?? store.call(name, input);
      },
    }));
    const ends: SyncStatus[] = [];
    for (let nth = 1; ends.length < 2; ) {
      left = nth;
      const { sync } = rig.office.demandServices();
      // The run that goes on by itself after an unlock may meet the kill already, and then there is no session to ask.
      await sync.settled();
      if (left > 0) sync.start();
      await sync.settled();
      if (left > 0) {
        const status = await sync.status();
        expect(status.runs[0]?.outcome).toBe('done');
        await demandEqual(status);
        ends.push(status);
        await central.mutate({ region: REGION, random: 80, seed: `kill ${ends.length}` });
        nth = 1;
        continue;
      }
      nth += killStep;
      isBefore = !isBefore;
      await expect
        .poll(async () => (await rig.office.state()).session, { timeout: 60_000 })
        .toBeNull();
      const opened = await rig.office.open({ badge: 'A1024', password: password() });
      expect(opened.outcome).toBe('opened');
      left = Number.POSITIVE_INFINITY;
      const services = rig.office.demandServices();
      // What goes on by itself waits until this has been looked at.
      const release = await services.sync.hold();
      const state = await services.store.call('state', {});
      if (state.hasSlice) expect((await services.sync.verify()).state).not.toBe('differs');
      expect((await services.store.call('auditVerify', {})).isIntact).toBe(true);
      release();
    }
    process.stdout.write(`${JSON.stringify({ kills })}\n`);
    expect(kills).toBeGreaterThan(0);
  }, 600_000);
});
