import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../electron/main/services/managed/policy';
import type { StoreClient } from '../../electron/store/launcher';
import type { Slip } from '../../server/embedded';
import { AppError } from '../../shared/errors/app-error';
import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const CERTIFICATES = 1_500;
const password = () => new TextEncoder().encode('wang-wei-2026');

let folder: string;
let central: Central;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-sync-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: CERTIFICATES });
});
afterAll(async () => {
  // The last first: some stand on the folder of an earlier one, which goes with that one.
  for (const rig of rigs.reverse()) await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

function slip(): Promise<Slip> {
  return central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
}

/** A desk that is enrolled and unlocked, over the given address. */
async function enrolledRig(
  address = central.url,
  onStore?: (store: StoreClient) => StoreClient,
): Promise<DeskRig> {
  const rig = await startDeskRig(undefined, onStore === undefined ? {} : { onStore });
  rigs.push(rig);
  const { code } = await slip();
  await rig.office.enrol({ address, code, password: password() });
  return rig;
}

async function syncOnce(rig: DeskRig): Promise<SyncStatus> {
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
  return sync.status();
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('enrolment', () => {
  // Would catch: trust in a server whose authority is not the slip's, or a mistyped code sent out.
  it('refuses a mistyped code, another authority, a used code, and nobody at home', async () => {
    const rig = await startDeskRig();
    rigs.push(rig);
    const other = await startCentral();
    const { code } = await slip();
    const enrol = (address: string, text: string) =>
      codeOf(rig.office.enrol({ address, code: text, password: password() }));
    const wrong = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
    expect(await enrol(central.url, wrong)).toBe('ENROL_CODE_MALFORMED');
    expect(await enrol(other.url, code)).toBe('ENROL_SERVER_MISMATCH');
    expect(await enrol('https://127.0.0.1:9', code)).toBe('ENROL_UNREACHABLE');
    await other.close();
    expect(await enrol(central.url, code)).toBe('none');
    const second = await startDeskRig();
    rigs.push(second);
    const again = second.office.enrol({ address: central.url, code, password: password() });
    expect(await codeOf(again)).toBe('ENROL_CODE_REFUSED');
  });

  // Would catch: a device enrolled with another server than its administrator has set, by a slip that somebody handed out.
  it('goes to no other server and trusts no other authority than the machine is set to', async () => {
    const { code } = await slip();
    const enrolUnder = async (policy: Policy) => {
      const rig = await startDeskRig(undefined, { policy });
      rigs.push(rig);
      return codeOf(rig.office.enrol({ address: central.url, code, password: password() }));
    };
    expect(await enrolUnder({ server: 'https://centre.example' })).toBe('ENROL_NOT_MANAGED');
    const authority = 'a'.repeat(64);
    expect(await enrolUnder({ authority })).toBe('ENROL_NOT_MANAGED');
    // Neither used the code up.
    // As the centre prints it, and as an administrator copies it.
    const policy = { server: central.url, authority: central.caFingerprint };
    expect(await enrolUnder(policy)).toBe('none');
  });

  // Would catch: a role or a lease taken from an edited file, a wrong password that opens.
  it('opens with the right password only, and believes signed statements only', async () => {
    const rig = await enrolledRig();
    await rig.office.lock('person');
    const wrong = await rig.office.open({
      badge: 'A1024',
      password: new TextEncoder().encode('not it'),
    });
    expect(wrong).toEqual({ outcome: 'wrong', triesLeft: 4 });
    const typed = password();
    expect((await rig.office.open({ badge: 'A1024', password: typed })).outcome).toBe('opened');
    expect(typed.every((byte) => byte === 0)).toBe(true);
    await rig.office.lock('person');
    const file = join(rig.userData, 'office', 'office.json');
    const office = JSON.parse(await readFile(file, 'utf8')) as {
      statements: { payload: string }[];
    };
    for (const statement of office.statements) {
      statement.payload = statement.payload.replace('"inspector"', '"head"');
    }
    await writeFile(file, JSON.stringify(office));
    const forged = await startDeskRig(rig.userData);
    rigs.push(forged);
    const outcome = await forged.office.open({ badge: 'A1024', password: password() });
    // The forged role counts as absent; the server is asked anew and says inspector.
    expect(outcome.outcome === 'opened' && outcome.session.role).toBe('inspector');
  });
});

describe('synchronisation', () => {
  // Would catch: a slice that does not equal the server's, or changes that are lost.
  it('loads the region, proves it equal, and follows changes', async () => {
    const rig = await enrolledRig();
    const first = await syncOnce(rig);
    expect(rig.logged).toEqual([]);
    expect(first.runs[0]).toMatchObject({ outcome: 'done', isFirst: true });
    expect(first.proof.state).toBe('proven');
    const { regions } = await central.status();
    const rows = regions.find(({ region }) => region === REGION)?.rows;
    expect(first.counts).toEqual(rows);
    const { sync } = rig.office.demandServices();
    expect((await sync.verify()).state).toBe('proven');

    await central.mutate({ region: REGION, random: 300, seed: 'delta' });
    const second = await syncOnce(rig);
    expect(second.runs[0]).toMatchObject({ outcome: 'done', isFirst: false });
    expect(second.runs[0]?.rows).toBeGreaterThan(0);
    expect(second.proof.root).not.toBe(first.proof.root);
    expect((await sync.verify()).state).toBe('proven');
    const after = (await central.status()).regions.find(({ region }) => region === REGION)?.rows;
    expect((await sync.status()).counts).toEqual(after);
  });

  // Would catch: events, trainings, exams and attachments that never come because the desk was locked, killed or
  // without room after the files were swapped and before it noted what was still to load.
  it.each(['the end of the load', 'the store'] as const)(
    'goes on where a first load ended after the swap, by a failure of %s',
    async (what) => {
      let isDue = true;
      const rig = await enrolledRig(central.url, (store) => ({
        ...store,
        call: async (name, input) => {
          const isEnd = isDue && name === 'loadFinish';
          const answer = await store.call(name, input);
          if (!isEnd) return answer;
          isDue = false;
          if (what === 'the store') store.kill();
          throw new AppError(what === 'the store' ? 'STORE_CRASHED' : 'DISK_FULL', { neededMb: 1 });
        },
      }));
      const { sync } = rig.office.demandServices();
      sync.start();
      await sync.settled();
      expect(isDue).toBe(false);
      if (what === 'the store') {
        await rig.office.lock('store-crashed');
        await rig.office.open({ badge: 'A1024', password: password() });
        await rig.office.demandServices().sync.settled();
      }
      // Changes meanwhile do not make the rest less due.
      await central.mutate({ region: REGION, random: 20, seed: what });
      const after = await syncOnce(rig);
      expect(after.runs[0]).toMatchObject({ outcome: 'done' });
      expect(after.proof.state).toBe('proven');
      const { regions } = await central.status();
      expect(after.counts).toEqual(regions.find(({ region }) => region === REGION)?.rows);
      // What the exports read of the region's tables is there too.
      const { store } = rig.office.demandServices();
      expect(await store.call('namesRead', {})).not.toBeNull();
    },
  );

  // Would catch: a device that lost what it knew of its load, and stays without the late rows until another epoch.
  it('loads again what it is not known to be a load of', async () => {
    let isDue = true;
    const rig = await enrolledRig(central.url, (store) => ({
      ...store,
      call: async (name, input) => {
        const answer = await store.call(name, input);
        if (!isDue || name !== 'loadFinish') return answer;
        isDue = false;
        throw new AppError('DISK_FULL', { neededMb: 1 });
      },
    }));
    const { sync, store } = rig.office.demandServices();
    sync.start();
    await sync.settled();
    await store.call('factSet', { name: 'sync.late-manifest', value: '' });
    await store.call('factSet', { name: 'sync.manifest', value: '' });
    await central.mutate({ region: REGION, random: 20, seed: 'newer' });
    await central.snapshot(REGION);
    const after = await syncOnce(rig);
    expect(after.runs[0]).toMatchObject({ outcome: 'done' });
    expect(after.proof.state).toBe('proven');
  });

  // Would catch: a damaged object applied, or a desk that cannot go on after one.
  it('refuses truncated and altered objects and recovers', async () => {
    const objects = join(folder, 'central', 'objects');
    const probe = await enrolledRig();
    await syncOnce(probe);
    const { store } = probe.office.demandServices();
    const kept = (await store.call('factGet', { name: 'sync.manifest' })) ?? '';
    const payload = String(JSON.parse(kept).payload);
    const text = payload.startsWith('{') ? payload : Buffer.from(payload, 'base64').toString();
    const { segments } = JSON.parse(text) as { segments: { entity: string; sha256: string }[] };
    // Without these there is no slice; photos and scans lie there too, and what comes late.
    const needed = segments.filter(({ entity }) => entity === 'person' || entity === 'certificate');
    const signed = needed.map(({ sha256 }) => sha256).join();
    const files = (await readdir(objects, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && signed.includes(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
    const largest = files[sizes.indexOf(Math.max(...sizes))] ?? '';
    const sound = await readFile(largest);

    const rig = await enrolledRig();
    await truncate(largest, sound.length - 100);
    const truncated = await syncOnce(rig);
    expect(truncated.runs[0]?.outcome).toBe('failed');
    expect(['SYNC_OBJECT_DAMAGED', 'SYNC_INTERRUPTED']).toContain(truncated.runs[0]?.error);
    expect(truncated.hasSlice).toBe(false);

    const altered = Buffer.from(sound);
    altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1;
    await writeFile(largest, altered);
    expect((await syncOnce(rig)).runs[0]?.error).toBe('SYNC_OBJECT_DAMAGED');

    await writeFile(largest, sound);
    const recovered = await syncOnce(rig);
    expect(recovered.runs[0]?.outcome).toBe('done');
    expect(recovered.proof.state).toBe('proven');
  });

  describe('on a bad line', () => {
    let proxy: CuttingProxy;
    beforeAll(async () => {
      proxy = await startCuttingProxy(central.url);
    });
    afterAll(() => proxy.close());

    async function rigOverProxy(): Promise<DeskRig> {
      const users = [{ badge: 'A1024', name: '王伟', role: 'inspector' as const }];
      const office = { name: '杭州市应急管理局', region: REGION, users };
      const { rig } = await enrolDesk(central, password(), office, { through: proxy });
      rigs.push(rig);
      return rig;
    }

    // Would catch: a resume that starts over, or one that leaves holes.
    it('goes on where the server went away', async () => {
      const rig = await rigOverProxy();
      const before = proxy.bytesDown();
      const whole = rig.office.demandServices().sync;
      whole.start();
      proxy.cutAfter(40_000);
      const down = setInterval(() => {
        if (proxy.bytesDown() - before >= 40_000) proxy.setDown(true);
      }, 1);
      await whole.settled();
      clearInterval(down);
      const broken = await whole.status();
      expect(broken.runs[0]?.outcome).toBe('failed');
      expect(['SYNC_UNREACHABLE', 'SYNC_INTERRUPTED']).toContain(broken.runs[0]?.error);
      expect(broken.connection).toBe('offline');
      expect(broken.hasSlice).toBe(false);

      proxy.setDown(false);
      const used = proxy.bytesDown();
      const done = await syncOnce(rig);
      expect(done.runs[0]?.outcome).toBe('done');
      expect(done.proof.state).toBe('proven');
      // What had arrived is not fetched again: the second run is shorter by it.
      const second = proxy.bytesDown() - used;
      const reference = await rigOverProxy();
      const start = proxy.bytesDown();
      await syncOnce(reference);
      expect(second).toBeLessThan(proxy.bytesDown() - start);
    });

    // Would catch: data taken from a server of another authority at the same address.
    it('refuses a server that is not the office’s', async () => {
      const rig = await enrolledRig();
      await rig.office.lock('person');
      const stranger = await startCentral();
      const file = join(rig.userData, 'office', 'office.json');
      const office = JSON.parse(await readFile(file, 'utf8')) as { endpoints: string[] };
      await writeFile(file, JSON.stringify({ ...office, endpoints: [stranger.url] }));
      const misled = await startDeskRig(rig.userData);
      rigs.push(misled);
      await misled.office.open({ badge: 'A1024', password: password() });
      const status = await syncOnce(misled);
      await stranger.close();
      expect(status.runs[0]?.error).toBe('SYNC_SERVER_IDENTITY');
      expect(status.hasSlice).toBe(false);
    });

    // Would catch: a lock that leaves a run or a process behind, a cancelled run that shows rows.
    it('is cancelled cleanly and can be started again', async () => {
      const rig = await rigOverProxy();
      const { sync } = rig.office.demandServices();
      sync.start();
      await sync.cancel();
      expect((await sync.status()).runs[0]?.outcome).toBe('cancelled');
      expect((await syncOnce(rig)).runs[0]?.outcome).toBe('done');
      await rig.office.lock('idle');
      expect(await codeOf(sync.status())).toBe('LOCKED');
    });
  });
});
