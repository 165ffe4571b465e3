import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';
import { permitFor } from './permit';

const REGION = '3302';
const BADGE = 'A1';
const password = () => new TextEncoder().encode('record-2026');

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-record-'));
  central = await startCentral({});
  await central.seed({ region: REGION, certificates: 40 });
});
afterAll(async () => {
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(userData: string): Promise<DeskRig> {
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  await rig.office.open({ badge: BADGE, password: password() });
  return rig;
}

async function enrolled() {
  const userData = await mkdtemp(join(folder, 'desk-'));
  const fresh = await startDeskRig(userData);
  const { code } = await central.createEnrolment({
    name: '宁波市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: BADGE, name: '王伟', role: 'inspector' }],
  });
  await fresh.office.enrol({ address: central.url, code, password: password() });
  await fresh.close();
  const rig = await started(userData);
  await sync(rig);
  const { place } = await rig.office.state();
  return { rig, device: place.device, userData };
}

const exportOnce = async (rig: DeskRig) => {
  const admit = await permitFor(rig, central);
  const { exports, signing } = rig.office.demandServices();
  const wish = { filter: {}, purposeClass: 'joint', purpose: '联合执法检查' } as const;
  await exports.start(() => admit(wish), 'default');
  await signing.cancel();
};

async function sync(rig: DeskRig) {
  const service = rig.office.demandServices().sync;
  await service.settled();
  service.start();
  await service.settled();
}

describe('the record of an export', () => {
  // Would catch: an export that the centre never hears of, or a record that says other things than the ledger.
  it('is queued with its line in the ledger and its audit entry', async () => {
    const { rig, device } = await enrolled();
    const { store, outbox } = rig.office.demandServices();
    const before = (await store.call('auditVerify', {})).entries;
    const { last } = await outbox.state();
    await exportOnce(rig);
    const [line] = await store.call('ledgerList', { limit: 5 });
    expect(line).toMatchObject({ outcome: 'cancelled', purpose: '联合执法检查' });
    expect((await outbox.state()).last?.dseq).toBe((last?.dseq ?? 0) + 1);
    // Its beginning, its permit that is free again, and its end; the record is in the end's own entry.
    expect((await store.call('auditVerify', {})).entries).toBe(before + 3);
    await sync(rig);
    const { verdicts } = await central.outboxOf(device);
    expect(verdicts).toEqual({ applied: (last?.dseq ?? 0) + 1 });
  });

  // Would catch: an export without ledger or log because its record could not be queued, or a record lost for that.
  it('follows later where the outbox takes nothing, and once', async () => {
    const { rig, device, userData } = await enrolled();
    await exportOnce(rig);
    await sync(rig);
    rigs.splice(rigs.indexOf(rig), 1);
    await rig.close();
    const mirror = join(userData, 'outbox.sealed');
    const sound = await readFile(mirror);
    await writeFile(mirror, sound.toString('utf8').replaceAll(device, 'D-another'));
    const broken = await started(userData);
    await exportOnce(broken);
    const { store } = broken.office.demandServices();
    expect(await store.call('ledgerList', { limit: 5 })).toHaveLength(2);
    expect((await broken.office.demandServices().outbox.state()).mirror).toBe('differs');
    rigs.splice(rigs.indexOf(broken), 1);
    await broken.close();
    await writeFile(mirror, sound);
    const healed = await started(userData);
    await sync(healed);
    const standing = await central.outboxOf(device);
    expect(standing.verdicts).toEqual({ applied: standing.commands });
    expect(
      await healed.office.demandServices().store.call('factGet', { name: 'exports.owed' }),
    ).toBe('[]');
    const records = await healed.office
      .demandServices()
      .store.call('outboxPending', { from: 1, limit: 100 });
    expect(records.filter(({ kind }) => kind === 'export-record')).toHaveLength(2);
  });
});
