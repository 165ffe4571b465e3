import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';
import { LineServers } from './line-servers';

type Central = Awaited<ReturnType<typeof startCentral>>;

let central: Central;
let rig: DeskRig;
let isRunning = true;

async function stopCentral(): Promise<void> {
  if (isRunning) await central.close();
  isRunning = false;
}

beforeAll(async () => {
  central = await startCentral();
  await central.seed({ region: '3301', certificates: 10 });
  rig = await startDeskRig();
});
afterAll(async () => {
  await rig.close();
  await stopCentral();
});

// Would catch: an office behind a proxy that cannot enrol because the first contact goes straight.
it('enrols by the proxy alone', async () => {
  const servers = new LineServers();
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: [{ badge: 'P1', name: '赵敏', role: 'inspector' }],
  });
  // Nobody listens on the address: only the proxy knows where the server is.
  const proxy = await servers.proxy(() => true, Number(new URL(central.url).port));
  const address = central.url.replace(/:\d+$/, ':9');
  const way = { kind: 'proxy', host: '127.0.0.1', port: proxy.port, authorization: null } as const;
  const behind = await startDeskRig(undefined, { ways: [way] });
  try {
    const password = new TextEncoder().encode('connection-2026');
    const session = await behind.office.enrol({ address, code, password });
    expect(session.badge).toBe('P1');
    const { host } = new URL(address);
    expect(proxy.opened.filter((one) => one === host).length).toBeGreaterThanOrEqual(2);
  } finally {
    await behind.close();
    await servers.close();
  }
});

// Would catch: a probe that the server refuses, a desk that stays "online" without its server, and a
// code that opens for another user than it was made for.
it('is online by the probe alone, offline without the server, and opens for the slip’s user', async () => {
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: [
      { badge: 'B2', name: '李娜', role: 'head' },
      { badge: 'A1', name: '王伟', role: 'inspector' },
    ],
  });
  const password = new TextEncoder().encode('connection-2026');
  const session = await rig.office.enrol({ address: central.url, code, password });
  expect(session.badge).toBe('B2');
  const { sync } = rig.office.demandServices();
  await expect.poll(() => sync.isOnline, { timeout: 10_000 }).toBe(true);
  await stopCentral();
  sync.start();
  await sync.settled();
  expect((await sync.status()).connection).toBe('offline');
  expect((await rig.office.state()).place.ip).toBeNull();
});
