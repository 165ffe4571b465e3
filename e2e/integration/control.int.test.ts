import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../electron/platform/clock';
import { AppError } from '../../shared/errors/app-error';
import { LeaseFileSchema } from '../../shared/protocol/control';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk, startDeskRig } from './desk-rig';

const REGION = '3302';
const DAY = 86_400_000;
const BADGE = 'A1';
const password = () => new TextEncoder().encode('control-2026');

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
let serverAheadMs = 0;
let seen: string[] = [];
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-control-'));
  central = await startCentral({
    nowMs: () => Date.now() + serverAheadMs,
    seen: (_method, address) => void seen.push(address.replace(/\?.*/, '')),
  });
  await central.seed({ region: REGION, certificates: 60 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  serverAheadMs = 0;
  proxy.setDown(false);
});

async function enrolled(
  options: { userData?: string; office?: string; aheadMs?: () => number } = {},
) {
  const clock = { ...systemClock, nowMs: () => Date.now() + (options.aheadMs?.() ?? 0) };
  const userData = options.userData ?? (await mkdtemp(join(folder, 'desk-')));
  const office = {
    region: REGION,
    ...(options.office === undefined ? {} : { code: options.office }),
    users: [{ badge: BADGE, name: '王伟', role: 'inspector' as const }],
  };
  const desk = await enrolDesk(central, password(), office, { userData, clock, through: proxy });
  rigs.push(desk.rig);
  return desk;
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}
const contact = (rig: DeskRig) => rig.office.demandServices().control.contact();
const open = (rig: DeskRig) => rig.office.open({ badge: BADGE, password: password() });
async function sync(rig: DeskRig) {
  const service = rig.office.demandServices().sync;
  await service.settled();
  service.start();
  await service.settled();
  return service.status();
}
const mirrorOf = (rig: DeskRig) => readFile(join(rig.userData, 'outbox.sealed'), 'utf8');

describe('a lock order', () => {
  // Would catch: an order that does not lock, is done twice, is told twice, or leaves no trace of why.
  it('locks at once, says why over a restart, and is reported once', async () => {
    const userData = await mkdtemp(join(folder, 'lock-'));
    const first = await enrolled({ userData });
    const { device } = first;
    let { rig } = first;
    await central.directive({ device, kind: 'lock', reason: '设备遗失待查' });
    await contact(rig);
    const locked = await rig.office.state();
    expect([locked.phase, locked.lockReason, locked.lockedBy?.reason]).toEqual([
      'locked',
      'directive',
      '设备遗失待查',
    ]);
    await contact(rig);
    await rig.close();
    rig = await startDeskRig(userData, { through: proxy });
    rigs.push(rig);
    expect((await rig.office.state()).lockedBy?.reason).toBe('设备遗失待查');
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
    await contact(rig);
    const state = await rig.office.state();
    expect([state.phase, state.lockedBy]).toEqual(['unlocked', null]);
    expect(rig.office.demandServices().control.status()).toMatchObject({
      waitingReceipts: 0,
      failure: null,
    });
    // The act was recorded while the session was open, sealed to the server, and is sent with the next run.
    expect(await sync(rig)).toMatchObject({ pending: 0, rejected: 0 });
    expect(await sync(rig)).toMatchObject({ pending: 0, rejected: 0 });
    expect(await central.importOutbox(await mirrorOf(rig))).toMatchObject({
      commands: 1,
      verdicts: { applied: 1 },
    });
  });

  // Would catch: an order that waits for a session, or an act that is lost because the journal was shut.
  it('that comes while locked is told to the next person and reported after unlocking', async () => {
    const { rig, device } = await enrolled();
    await rig.office.lock('person');
    await central.directive({ device, kind: 'lock', reason: '离职交接' });
    await contact(rig);
    expect((await rig.office.state()).lockedBy?.reason).toBe('离职交接');
    await open(rig);
    expect(await sync(rig)).toMatchObject({ pending: 0 });
    expect(await central.importOutbox(await mirrorOf(rig))).toMatchObject({ commands: 1 });
  });
});

describe('while locked', () => {
  // Would catch: synchronisation, probes or statements that go on with keys which a locked desk must not have.
  it('only the control channel talks, and what it brings is there after unlocking', async () => {
    const { rig } = await enrolled();
    await sync(rig);
    await rig.office.lock('person');
    const path = join(rig.userData, 'office', 'office.json');
    const before = await readFile(path, 'utf8');
    seen = [];
    serverAheadMs = 60_000;
    await contact(rig);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(new Set(seen)).toEqual(new Set(['/v1/control']));
    expect(await readFile(path, 'utf8')).not.toBe(before);
    expect(rig.office.demandServices().store.running).toBeNull();
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
  });

  // Would catch: a control key that another machine's secret opens, or a channel that goes on without its key.
  it('the channel ends where the machine’s secret is another', async () => {
    const userData = await mkdtemp(join(folder, 'moved-'));
    const { rig } = await enrolled({ userData });
    await rig.close();
    await writeFile(join(userData, 'machine-secret'), Buffer.alloc(32, 7));
    const moved = await startDeskRig(userData, { through: proxy });
    rigs.push(moved);
    expect(await codeOf(contact(moved))).toBe('CONTROL_NO_KEY');
  });
});

describe('a lease', () => {
  // Would catch: an ended lease that opens, a wrong file that renews, or a right one that does not.
  it('that ended is renewed by the right file alone', async () => {
    let aheadMs = 0;
    const { rig, device } = await enrolled({ office: '330201', aheadMs: () => aheadMs });
    const other = await enrolled({ office: '330201' });
    const foreign = await enrolled({ office: '330299' });
    serverAheadMs = -3_600_000;
    const older = (await central.leaseFile(device)).text;
    await rig.office.lock('person');
    proxy.setDown(true);
    aheadMs = 40 * DAY;
    serverAheadMs = aheadMs;
    expect(await codeOf(open(rig))).toBe('LEASE_ENDED');
    const good = (await central.leaseFile(device)).text;
    const parsed = LeaseFileSchema.parse(JSON.parse(good));
    const { sig } = parsed.statement;
    const flipped = sig.startsWith('A') ? `B${sig.slice(1)}` : `A${sig.slice(1)}`;
    const forged = { ...parsed, statement: { ...parsed.statement, sig: flipped } };
    const longer = {
      ...parsed,
      statement: {
        ...parsed.statement,
        payload: parsed.statement.payload.replace('"expiresMs":1', '"expiresMs":2'),
      },
    };
    const wrong: readonly (readonly [string, string])[] = [
      ['LEASE_FILE_OTHER_DEVICE', (await central.leaseFile(other.device)).text],
      ['LEASE_FILE_OTHER_OFFICE', (await central.leaseFile(foreign.device)).text],
      ['LEASE_FILE_OLDER', older],
      ['LEASE_FILE_FORGED', JSON.stringify(forged)],
      ['LEASE_FILE_FORGED', JSON.stringify(longer)],
      ['LEASE_FILE_MALFORMED', '{"format":"fieldcert-lease"}'],
      ['LEASE_FILE_MALFORMED', '\u0000\u0001 no JSON'],
      ['FILE_TOO_LARGE', good + ' '.repeat(70_000)],
    ];
    const officeFile = join(rig.userData, 'office', 'office.json');
    const before = await readFile(officeFile, 'utf8');
    for (const [code, text] of wrong) {
      const path = join(folder, 'lease.json');
      await writeFile(path, text);
      rig.chosen.leaseFile = path;
      expect([code, await codeOf(rig.office.acts.renewLease())]).toEqual([code, code]);
    }
    rig.chosen.leaseFile = join(folder, 'absent.json');
    expect(await codeOf(rig.office.acts.renewLease())).toBe('FILE_UNREADABLE');
    rig.chosen.leaseFile = null;
    expect(await rig.office.acts.renewLease()).toEqual({ outcome: 'cancelled' });
    expect(await readFile(officeFile, 'utf8')).toBe(before);
    expect(await codeOf(open(rig))).toBe('LEASE_ENDED');

    rig.chosen.leaseFile = join(folder, 'good.json');
    await writeFile(rig.chosen.leaseFile, good);
    expect(await rig.office.acts.renewLease()).toMatchObject({ outcome: 'renewed' });
    expect(await codeOf(rig.office.acts.renewLease())).toBe('LEASE_FILE_OLDER');
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
    expect((await rig.office.acts.status()).outbox.pending).toBe(1);
  });

  // Would catch: an unlock that comes before the channel's first contact, and is refused for a time that the server, which
  // answers, does not know.
  it('that a wrong clock ended opens where the server answers the unlock itself', async () => {
    const userData = await mkdtemp(join(folder, 'ahead-'));
    let { rig } = await enrolled({ userData });
    await rig.close();
    const aheadMs = 400 * DAY;
    const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
    proxy.setDown(true);
    rig = await startDeskRig(userData, { clock, through: proxy });
    rigs.push(rig);
    expect(await codeOf(open(rig))).toBe('LEASE_ENDED');
    proxy.setDown(false);
    // No contact of the channel's own: it asks again minutes later.
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
  });

  // Would catch: a clock once in the far future that ends the lease for good, or a lease that a wrong clock keeps.
  it('outlives a clock that was far ahead once the server has been asked', async () => {
    const userData = await mkdtemp(join(folder, 'clock-'));
    let { rig } = await enrolled({ userData });
    await contact(rig);
    await rig.close();
    let aheadMs = 4 * 365 * DAY;
    const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
    // The journal is shut: what the channel keeps beside its key decides.
    proxy.setDown(true);
    rig = await startDeskRig(userData, {
      clock: { ...systemClock, nowMs: () => Date.now() - 300 * DAY },
      through: proxy,
    });
    rigs.push(rig);
    const { control } = rig.office.demandServices();
    expect(control.status().lastContactMs).not.toBeNull();
    expect((await rig.office.state()).clockWrongByMs).toBeLessThan(-299 * DAY);
    await rig.close();

    rig = await startDeskRig(userData, { clock, through: proxy });
    rigs.push(rig);
    expect(await codeOf(open(rig))).toBe('LEASE_ENDED');
    proxy.setDown(false);
    await contact(rig);
    expect((await rig.office.state()).clockWrongByMs).toBeGreaterThan(aheadMs - DAY);
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
    await rig.close();

    proxy.setDown(true);
    aheadMs += 3_600_000;
    rig = await startDeskRig(userData, { clock, through: proxy });
    rigs.push(rig);
    expect(await open(rig)).toMatchObject({ outcome: 'opened' });
    await rig.office.lock('person');
    aheadMs += 40 * DAY;
    expect(await codeOf(open(rig))).toBe('LEASE_ENDED');
  });

  // Would catch: days that the machine ran without the program, gained by setting the clock back before it is started again.
  it('ends while the program is off, whatever the clock is set to, as long as the machine runs', async () => {
    const userData = await mkdtemp(join(folder, 'boot-'));
    let { rig } = await enrolled({ userData });
    await contact(rig);
    await rig.office.lock('person');
    await rig.close();
    proxy.setDown(true);
    const startedAfter = async (ranMs: number) => {
      const clock = {
        ...systemClock,
        nowMs: () => Date.now() - 3 * DAY,
        monotonicMs: () => systemClock.monotonicMs() + ranMs,
      };
      rig = await startDeskRig(userData, { clock, through: proxy });
      rigs.push(rig);
      const said = await codeOf(open(rig));
      await rig.close();
      return said;
    };
    expect(await startedAfter(0)).toBe('none');
    expect(await startedAfter(60 * DAY)).toBe('LEASE_ENDED');
  });
});
