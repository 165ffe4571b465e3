import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renewCertificate } from '../../electron/main/services/sync/renew-certificate';
import { accessServer } from '../../electron/main/services/sync/server-access';
import {
  type OfficeFile,
  readOffice,
  writeOffice,
} from '../../electron/main/services/unlock/office-file';
import { AppError } from '../../shared/errors/app-error';
import { WireMeter } from '../bench/real/wire-meter';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const DAY_MS = 86_400_000;
const password = () => new TextEncoder().encode('wang-wei-2026');

let folder: string;
let central: Central;
const rigs: DeskRig[] = [];
const meters: WireMeter[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-cost-'));
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 800 });
});
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  for (const meter of meters) meter.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

async function enrolled(userData: string): Promise<DeskRig> {
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  return rig;
}

async function opened(userData: string): Promise<DeskRig> {
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  await rig.office.open({ badge: 'A1024', password: password() });
  return rig;
}

async function syncOnce(rig: DeskRig) {
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
  return sync.status();
}

describe('what a run costs', () => {
  // Would catch: a manifest or statements fetched again though nothing changed, or a connection made anew for every run.
  it('is little where nothing changed, also after unlocking, and follows what changed', async () => {
    const userData = join(folder, 'cost');
    const rig = await enrolled(userData);
    await syncOnce(rig);
    await rig.office.lock('person');
    const url = new URL(central.url);
    const meter = new WireMeter({ host: url.hostname, port: Number(url.port) });
    meters.push(meter);
    const file = join(userData, 'office', 'office.json');
    const office = JSON.parse(await readFile(file, 'utf8')) as OfficeFile;
    const endpoints = [`https://127.0.0.1:${await meter.listen()}`];
    await writeFile(file, JSON.stringify({ ...office, endpoints }));
    const again = await opened(userData);
    const cost = async () => {
      const before = meter.read();
      const { runs } = await syncOnce(again);
      expect(runs[0]?.error).toBeNull();
      const { down, up } = meter.read();
      const wire = down - before.down + up - before.up;
      // What the page shows: all but what TLS adds, which weighs in small runs only.
      const shown = runs[0]?.bytes ?? 0;
      expect(shown).toBeLessThanOrEqual(wire);
      expect(shown).toBeGreaterThan(wire * 0.95 - 2_500);
      return wire;
    };
    await again.office.demandServices().sync.settled();
    const idle = [await cost(), await cost()];
    await central.mutate({ region: REGION, random: 1_500, seed: 'cost' });
    const before = await again.office.demandServices().sync.status();
    const delta = await cost();
    const after = await again.office.demandServices().sync.status();
    const rows = after.runs[0]?.rows ?? 0;
    process.stdout.write(
      `idle ${idle.join(' ')} B, delta ${delta} B for ${rows} rows: ${(delta / rows).toFixed(1)} B a row\n`,
    );
    expect(after.proof.root).not.toBe(before.proof.root);
    expect(Math.min(...idle)).toBeLessThan(3_500);
    await again.office.lock('person');
  });
});

describe('the certificate of the connection', () => {
  const soonMs = () => Date.now() + 350 * DAY_MS;

  async function renewal(rig: DeskRig, save: (office: OfficeFile) => Promise<void>) {
    const session = rig.office.demandServices().sessions.demand();
    const { office } = session;
    const { line } = accessServer(office, session.keys);
    const parts = { session, office, line, signal: new AbortController().signal };
    const saveCertificates = (tlsCertificate: string, nextTlsCertificate: string) =>
      save({ ...office, tlsCertificate, nextTlsCertificate });
    try {
      expect(await renewCertificate({ ...parts, nowMs: Date.now(), saveCertificates })).toBe(false);
      return await renewCertificate({ ...parts, nowMs: soonMs(), saveCertificates });
    } finally {
      line.close();
    }
  }

  async function healthOf(office: OfficeFile, rig: DeskRig): Promise<string> {
    const { line } = accessServer(office, rig.office.demandServices().sessions.demand().keys);
    try {
      await line.json({ path: '/v1/health' }, 4_096);
      return 'ok';
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    } finally {
      line.close();
    }
  }

  // Would catch: a device shut out by its own renewal, an old key that opens for ever, or a new one that does not survive.
  it('is renewed with a key made here; the old one ends with the first use of the new', async () => {
    const userData = join(folder, 'renewed');
    const rig = await enrolled(userData);
    const officeFile = join(userData, 'office', 'office.json');
    const keptDir = join(folder, 'before');
    await cp(userData, keptDir, { recursive: true });
    expect(await renewal(rig, (office) => writeOffice(officeFile, office))).toBe(true);
    await rig.office.lock('person');

    // Nobody used the new one yet: a device put back to before still gets in.
    const old = await opened(keptDir);
    const before = await readOffice(join(keptDir, 'office', 'office.json'));
    if (before === null) throw new Error('no office');
    expect(await healthOf(before, old)).toBe('ok');

    const renewed = await opened(userData);
    expect((await syncOnce(renewed)).runs[0]?.outcome).toBe('done');
    expect(await healthOf(before, old)).toBe('SYNC_DEVICE_REFUSED');
  });

  // Would catch: key and certificate that no longer fit when the program is killed between the two files.
  it('goes on with the old one when it was cut off before the key was changed', async () => {
    const userData = join(folder, 'cut');
    const rig = await enrolled(userData);
    const officeFile = join(userData, 'office', 'office.json');
    const cut = renewal(rig, async (office) => {
      await writeOffice(officeFile, office);
      throw new Error('killed');
    });
    await expect(cut).rejects.toThrow('killed');
    await rig.office.lock('person');
    const again = await opened(userData);
    expect((await syncOnce(again)).runs[0]?.outcome).toBe('done');
    expect(await renewal(again, (office) => writeOffice(officeFile, office))).toBe(true);
    const renewed = await readOffice(officeFile);
    expect(renewed === null ? 'no office' : await healthOf(renewed, again)).toBe('ok');
  });
});
