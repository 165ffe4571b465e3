import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3302';
const BADGE = 'A1';
const password = () => new TextEncoder().encode('review-2026');
const FAKE = { certificate: null, holder: '王伟', place: '工地', note: '印章有误', evidence: [] };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-review-'));
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

async function ended(rig: DeskRig): Promise<void> {
  rigs.splice(rigs.indexOf(rig), 1);
  await rig.close();
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
  const { place } = await rig.office.state();
  return { rig, device: place.device, userData };
}

async function sync(rig: DeskRig) {
  const service = rig.office.demandServices().sync;
  await service.settled();
  service.start();
  await service.settled();
  return service.status();
}
const outbox = (rig: DeskRig) => rig.office.demandServices().outbox;

async function settle(
  device: string,
  dseq: number,
  verdict: 'applied' | 'rejected',
  reason: string,
) {
  const looked = { device, dseq, by: '钱一' };
  const { proposal } = await central.review.propose(looked, verdict, reason);
  await central.review.confirm({ ...looked, by: '孙二' }, proposal.code);
}

describe('what was decided at the centre', () => {
  // Would catch: a report that stays under review at the desk for ever, or a refusal whose reason and text are lost.
  it('comes down as an end or as a work item with the reason, once', async () => {
    const { rig, device } = await enrolled();
    for (let i = 0; i < 3; i++) await outbox(rig).tell('suspected-fake', FAKE);
    await sync(rig);
    expect(await outbox(rig).view()).toMatchObject({ underReview: 3 });
    await settle(device, 1, 'applied', '已移交公安机关');
    await settle(device, 2, 'rejected', '请补充照片');
    await sync(rig);
    const view = await outbox(rig).view();
    expect(view.underReview).toBe(1);
    const refused = view.items.filter(({ verdict }) => verdict === 'rejected');
    expect(refused).toMatchObject([
      { dseq: 2, reason: 'central:请补充照片', isResendable: true, texts: { note: '印章有误' } },
    ]);
    const { store } = rig.office.demandServices();
    const before = (await store.call('auditVerify', {})).entries;
    // The same decision again, by a stick say, is nothing new.
    const verdicts = [{ dseq: 2, verdict: 'rejected' as const, reason: 'central:请补充照片' }];
    await store.call('outboxDecided', { verdicts });
    // A decision on what was never under review changes nothing either.
    await store.call('outboxDecided', {
      verdicts: [{ dseq: 1, verdict: 'rejected', reason: null }],
    });
    expect((await store.call('auditVerify', {})).entries).toBe(before);
    await outbox(rig).resend(2, { note: '照片已补充' });
    await sync(rig);
    expect(await outbox(rig).view()).toMatchObject({ underReview: 2 });
  });
});

describe('the log of a restored desk', () => {
  const note = (rig: DeskRig, kind = 'test') =>
    rig.office.demandServices().store.call('auditAppend', { kind, actor: 'A', payload: {} });
  const handIn = async (rig: DeskRig) => {
    await outbox(rig).queueAudit();
    return sync(rig);
  };

  // Would catch: a desk whose log is refused for good after a restore, or one that goes on without anybody's decision.
  it('waits, says so, and goes on after the centre accepted it', async () => {
    const { rig, device, userData } = await enrolled();
    await note(rig);
    await handIn(rig);
    const first = (await central.outboxOf(device)).audit;
    expect(first).toBeGreaterThan(0);
    await ended(rig);
    const older = `${userData}-older`;
    await cp(userData, older, { recursive: true });
    const further = await started(userData);
    await note(further);
    await handIn(further);
    const second = (await central.outboxOf(device)).audit;
    expect(second).toBeGreaterThan(first);
    await ended(further);

    const restored = await started(older);
    await sync(restored);
    await note(restored, 'restore');
    await handIn(restored);
    // The refusal is known; the statement follows, and no further page does.
    await handIn(restored);
    await handIn(restored);
    const held = await central.outboxOf(device);
    expect(held).toMatchObject({ audit: second, gaps: [] });
    const [item, ...more] = await central.review.list(device);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      kind: 'audit-renewal',
      content: { cause: 'restored', begins: { seq: first }, told: null },
    });
    const { items } = await outbox(restored).view();
    expect(items.map(({ kind, isResendable }) => [kind, isResendable])).toEqual([
      ['audit-renewal', false],
      ['audit-page', false],
    ]);
    await settle(device, item?.dseq ?? 0, 'applied', '硬盘更换');
    await sync(restored);
    await handIn(restored);
    await handIn(restored);
    const then = await central.outboxOf(device);
    expect(then.gaps).toMatchObject([{ cause: 'restored', after: first, former: second }]);
    const own = (await restored.office.demandServices().store.call('auditVerify', {})).entries;
    expect(then.audit).toBe(own);
    expect((await outbox(restored).view()).items).toEqual([]);
    expect(await restored.office.demandServices().sync.status()).toMatchObject({ rejected: 0 });
  });
});
