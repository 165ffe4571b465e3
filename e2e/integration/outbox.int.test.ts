import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionWatch } from '../../electron/main/services/sync/connection-watch';
import type { SqlClient } from '../../server/store/sql-client';
import { AppError } from '../../shared/errors/app-error';
import { ulid } from '../../shared/kernel/ids';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk, startDeskRig } from './desk-rig';

const REGION = '3302';
const BADGE = 'A1';
const password = () => new TextEncoder().encode('outbox-2026');
const FEEDBACK = { topic: 'wish', text: '希望增加打印', program: 'test' } as const;

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-outbox-'));
  central = await startCentral({ bodyMs: 4_000 });
  await central.seed({ region: REGION, certificates: 40 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  proxy.setDown(false);
  proxy.slowUp(undefined);
  proxy.cutUpAfter(undefined);
});

const open = (rig: DeskRig) => rig.office.open({ badge: BADGE, password: password() });

async function enrolled() {
  const userData = await mkdtemp(join(folder, 'desk-'));
  const users = [{ badge: BADGE, name: '王伟', role: 'inspector' as const }];
  const office = { region: REGION, users };
  const desk = await enrolDesk(central, password(), office, { userData, through: proxy });
  rigs.push(desk.rig);
  return { ...desk, userData };
}

async function started(userData: string): Promise<DeskRig> {
  const rig = await startDeskRig(userData, { through: proxy });
  rigs.push(rig);
  await open(rig);
  return rig;
}

async function sync(rig: DeskRig) {
  const service = rig.office.demandServices().sync;
  await service.settled();
  service.start();
  await service.settled();
  return service.status();
}
const outbox = (rig: DeskRig) => rig.office.demandServices().outbox;
const gone = { subject: 'certificate', id: 999_999_999, field: 'company' } as const;
const correction = { ...gone, proposed: '甲公司', note: '现场核实', evidence: [] };

describe('a report that the centre refuses', () => {
  // Would catch: a queue stuck behind a refusal, a reason that is lost, or a report sent anew without its change.
  it('does not stop the others and is sent anew or put aside', async () => {
    const { rig, device } = await enrolled();
    await outbox(rig).tell('correction', correction);
    await outbox(rig).tell('correction', correction);
    await outbox(rig).tell('feedback', FEEDBACK);
    expect(await sync(rig)).toMatchObject({ pending: 0, rejected: 2 });
    const view = await outbox(rig).view();
    expect(view).toMatchObject({ alarm: null, isCopyKept: true, receipt: { dseq: 3 } });
    expect(view.items.map(({ dseq, reason, texts }) => [dseq, reason, texts])).toEqual([
      [2, 'row-gone', { proposed: '甲公司', note: '现场核实' }],
      [1, 'row-gone', { proposed: '甲公司', note: '现场核实' }],
    ]);
    await expect(outbox(rig).resend(1, { id: '1' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await outbox(rig).resend(1, { note: '再次核实' });
    await outbox(rig).dismiss(2, '记录已迁出');
    expect(await sync(rig)).toMatchObject({ pending: 0, rejected: 1 });
    const [again] = (await outbox(rig).view()).items;
    expect([again?.dseq, again?.texts.note]).toEqual([4, '再次核实']);
    const { verdicts } = await central.outboxOf(device);
    expect(verdicts).toEqual({ applied: 1, rejected: 3 });
  });
});

describe('a line that carries little', () => {
  /** More than one request may carry in a quarter of a minute, and each command much less. */
  const fill = async (rig: DeskRig) => {
    for (let i = 0; i < 20; i++) {
      const item = ulid(i, randomBytes(10));
      const body = '条'.repeat(6_000);
      await outbox(rig).tell('saved-item', { item, kind: 'x', title: '', body, isDeleted: false });
    }
  };

  // Would catch: a queue that never drains over a slow line because the whole request has to arrive within a limit.
  it('gets a large request whole, though it takes longer than a small one may', async () => {
    const { rig, device } = await enrolled();
    await sync(rig);
    await fill(rig);
    const { commands: before } = await central.outboxOf(device);
    const { pending } = await outbox(rig).state();
    expect(pending).toBeGreaterThanOrEqual(20);
    proxy.slowUp(60_000);
    expect(await sync(rig)).toMatchObject({ pending: 0 });
    expect((await central.outboxOf(device)).commands).toBe(before + pending);
  });

  // Would catch: the same large request tried again and again over a line that breaks within it, and nobody told.
  it('is given less at once until it arrives, and the failure is shown among the runs', async () => {
    const { rig } = await enrolled();
    await sync(rig);
    await fill(rig);
    proxy.cutUpAfter(150_000);
    let runs = 0;
    let status = await sync(rig);
    for (; status.pending > 0 && runs < 12; runs++) status = await sync(rig);
    expect(status.pending).toBe(0);
    expect(status.runs.some(({ outcome, error }) => outcome === 'failed' && error !== null)).toBe(
      true,
    );
  });
});

describe('a desk that is paused', () => {
  // Would catch: reports and filters that go over a paid line each time it comes back, although the page says that
  // only orders come.
  it('sends nothing when the line comes back, and all of it when the pause ends', async () => {
    const users = [{ badge: BADGE, name: '王伟', role: 'inspector' as const }];
    const { rig } = await enrolDesk(
      central,
      password(),
      { region: REGION, users },
      { hasLineSettings: true },
    );
    rigs.push(rig);
    await sync(rig);
    const service = rig.office.demandServices().sync;
    const { watch } = service as unknown as { watch: ConnectionWatch };
    const comesBack = async () => {
      watch.learn('offline');
      watch.learn('online');
      await service.settled();
      return (await outbox(rig).state()).pending;
    };
    rig.lineSettings.set({ isPaused: true });
    await outbox(rig).tell('feedback', FEEDBACK);
    expect(await comesBack()).toBeGreaterThan(0);
    rig.lineSettings.set({ isPaused: false });
    expect(await comesBack()).toBe(0);
  });
});

describe('histories that differ', () => {
  const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;

  // Would catch: confirmed reports that a restored server never gets again, or nobody learning that it lost them.
  it('a server that lost what it confirmed is told, noted and filled again', async () => {
    const { rig, device } = await enrolled();
    for (let i = 0; i < 3; i++) await outbox(rig).tell('feedback', FEEDBACK);
    await sync(rig);
    await client().query('delete from outbox where device = $1 and dseq >= 2', [device]);
    await outbox(rig).tell('feedback', FEEDBACK);
    expect(await sync(rig)).toMatchObject({ pending: 0, rejected: 0 });
    expect(await outbox(rig).view()).toMatchObject({ alarm: null, receipt: { dseq: 4 } });
    const standing = await central.outboxOf(device);
    expect(standing.commands).toBe(4);
    expect(standing.alarms).toEqual([{ kind: 'lost', dseq: 3 }]);
  });

  // Would catch: a desk restored from an older copy, its outbox copy lost too, that can never report again.
  it('a desk with an older journal takes its own history back and goes on', async () => {
    const { rig, device, userData } = await enrolled();
    await outbox(rig).tell('feedback', FEEDBACK);
    await sync(rig);
    await rig.close();
    rigs.splice(rigs.indexOf(rig), 1);
    const older = `${userData}-older`;
    await cp(userData, older, { recursive: true });
    const further = await started(userData);
    await outbox(further).tell('feedback', FEEDBACK);
    await outbox(further).tell('correction', correction);
    await sync(further);
    await further.close();
    rigs.splice(rigs.indexOf(further), 1);
    const restored = await started(older);
    expect(await sync(restored)).toMatchObject({ pending: 0, rejected: 1 });
    await outbox(restored).tell('feedback', FEEDBACK);
    await sync(restored);
    expect(await outbox(restored).view()).toMatchObject({ alarm: null, receipt: { dseq: 4 } });
    expect(await central.outboxOf(device)).toMatchObject({ commands: 4, alarms: [] });
  });

  // Would catch: two desks from one copy whose reports overwrite each other, or a fork that nobody is told of.
  it('a desk that went on from an older copy by itself keeps everything and says so', async () => {
    const { rig, device, userData } = await enrolled();
    await outbox(rig).tell('feedback', FEEDBACK);
    await sync(rig);
    await rig.close();
    rigs.splice(rigs.indexOf(rig), 1);
    const older = `${userData}-older`;
    await cp(userData, older, { recursive: true });
    const further = await started(userData);
    await outbox(further).tell('feedback', FEEDBACK);
    await sync(further);
    proxy.setDown(true);
    const fork = await started(older);
    await outbox(fork).tell('feedback', FEEDBACK);
    proxy.setDown(false);
    const status = await sync(fork);
    expect(status).toMatchObject({ pending: 1, rejected: 0 });
    expect((await outbox(fork).view()).alarm?.kind).toBe('differs');
    expect((await central.outboxOf(device)).alarms).toContainEqual({ kind: 'fork', dseq: 2 });
    const target = join(folder, 'handed-in.sealed');
    fork.chosen.outboxTarget = target;
    expect(await outbox(fork).exportSealed()).toBe(true);
    expect((await readFile(target, 'utf8')).trim().split('\n')).toHaveLength(2);
    // The other desk is not troubled.
    expect((await outbox(further).view()).alarm).toBeNull();
  });
});

describe('the audit log', () => {
  // Would catch: pages with a gap or told twice after a kill, or a log that never reaches the server.
  it('goes up in pages, each entry once', async () => {
    const { rig, device, userData } = await enrolled();
    const services = rig.office.demandServices();
    for (let i = 0; i < 220; i++)
      await services.store.call('auditAppend', { kind: 'test', actor: 'A', payload: { i } });
    await sync(rig);
    const first = await central.outboxOf(device);
    expect(first.audit).toBeGreaterThanOrEqual(220);
    expect(first.alarms).toEqual([]);
    for (let i = 0; i < 220; i++)
      await services.store.call('auditAppend', { kind: 'test', actor: 'A', payload: { i } });
    // Killed while pages are made: what was recorded goes up, and nothing twice.
    const dying = sync(rig).catch(() => undefined);
    await services.store.stop(1);
    await dying;
    await rig.close();
    rigs.splice(rigs.indexOf(rig), 1);
    const again = await started(userData);
    await sync(again);
    const then = await central.outboxOf(device);
    expect(then.audit).toBeGreaterThanOrEqual(440);
    expect(then).toMatchObject({ alarms: [] });
    expect(then.verdicts.rejected).toBeUndefined();
  });
});

describe('what comes down', () => {
  // Would catch: data kept away while reports that the line cannot carry wait to go up.
  it('does not wait for what goes up', async () => {
    const { rig } = await enrolled();
    const service = rig.office.demandServices().sync;
    await service.settled();
    // Sending never comes to an end until the test lets it.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const real = outbox(rig).send.bind(outbox(rig));
    outbox(rig).send = async (...args) => {
      await held;
      return real(...args);
    };
    await outbox(rig).tell('feedback', FEEDBACK);
    await central.mutate({ region: REGION, random: 5, seed: 'down' });
    const before = (await service.status()).runs.length;
    service.start();
    await expect
      .poll(async () => (await service.status()).runs.length, { timeout: 60_000 })
      .toBeGreaterThan(before);
    expect((await service.status()).runs[0]).toMatchObject({ outcome: 'done' });
    release();
    await service.settled();
    expect((await service.status()).pending).toBe(0);
  });

  // Would catch: a role without a place in the outbox that fails to open, or codes that are not the documented ones.
  it('is refused what is no report', async () => {
    const { rig } = await enrolled();
    const wrong = outbox(rig).tell('feedback', { ...FEEDBACK, text: ' ' });
    await expect(wrong).rejects.toBeInstanceOf(AppError);
    await expect(outbox(rig).dismiss(7, 'x')).rejects.toMatchObject({
      code: 'OUTBOX_ITEM_SETTLED',
    });
  });
});
