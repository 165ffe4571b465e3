import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../shared/ipc/define';
import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { PATHS } from '../../../shared/protocol/endpoints';
import { startTestCentral as startCentral } from '../../rigs/central';
import { appPath, type DeskRig, startDeskRig } from '../desk-rig';
import { earlier, OTHER_REGION, REGION, ROWS, type Row } from './lies';
import { LyingServer } from './lying-server';

const CERTIFICATES = 300;

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let server: LyingServer;
let rig: DeskRig;
let clockOffMs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-bad-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: CERTIFICATES });
  await central.seed({ region: OTHER_REGION, certificates: 5 });
  server = await LyingServer.start(central);
  const stranger = await startCentral();
  await stranger.seed({ region: REGION, certificates: 5 });
  earlier.strange = await stranger.snapshot(REGION);
  await stranger.close();
  rig = await startDeskRig(undefined, {
    clock: { nowMs: () => Date.now() + clockOffMs, monotonicMs: () => performance.now() },
  });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode('wang-wei-2026');
  await rig.office.enrol({ address: server.address, code, password });
  // The first answers are kept, for lies that repeat them.
  server.lie = ({ request, truth }) => {
    if (request.url.startsWith(PATHS.manifest)) earlier.manifest ??= truth;
    return truth;
  };
  expect((await syncOnce()).runs[0]?.outcome).toBe('done');
  await central.mutate({ region: REGION, random: 20, seed: 'kept' });
  server.lie = ({ request, truth }) => {
    if (request.url.startsWith(PATHS.changes)) earlier.page ??= truth;
    return truth;
  };
  await central.snapshot(REGION);
  expect((await syncOnce()).proof.state).toBe('proven');
});
afterAll(async () => {
  await rig.close();
  await server.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

async function syncOnce(): Promise<SyncStatus> {
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
  return sync.status();
}

/** How many certificates a search finds now. */
async function found(): Promise<number> {
  const { store } = rig.office.demandServices();
  const input = { text: '', filter: {}, offset: 0, limit: 1 };
  const answer = await store.call('portRequest', { route: 'search.query', input });
  const { ok, data } = answer as Answer<{ readonly total: number }> & {
    readonly data?: { total: number };
  };
  expect(ok).toBe(true);
  return data?.total ?? -1;
}

async function tell(row: Row): Promise<SyncStatus> {
  server.lie = (told) => {
    // The device is sent to the snapshot by a refusal of its cursor.
    if (row.isAboutLoad === true && told.request.url.startsWith(PATHS.changes)) {
      void told.reply
        .code(410)
        .header('content-type', 'application/json')
        .removeHeader('content-length');
      return JSON.stringify({ error: { code: 'cursor-unknown', message: 'unknown' } });
    }
    return row.lie(told);
  };
  clockOffMs = row.clockMs ?? 0;
  try {
    return await syncOnce();
  } finally {
    server.lie = null;
    clockOffMs = 0;
  }
}

describe('bad input', () => {
  // Would catch: a lie that is believed, that goes by another name, costs the slice or keeps the next run from working.
  it.each(ROWS.map((row) => [row.name, row] as const))(
    '%s',
    async (name, row) => {
      await central.mutate({ region: REGION, random: 12, seed: name });
      if (row.isAboutLoad === true) await central.snapshot(REGION);
      const before = (await rig.office.demandServices().sync.status()).proof;
      const count = await found();
      const told = await tell(row);
      if (row.code === null) expect(told.runs[0]).toMatchObject({ outcome: 'done' });
      else {
        expect(told.runs[0]).toMatchObject({ outcome: 'failed', error: row.code });
        expect(told.proof.root).toBe(before.root);
        expect(await found()).toBe(count);
        expect((await rig.office.demandServices().sync.verify()).state).not.toBe('differs');
      }
      const healed = await syncOnce();
      expect(healed.runs[0]).toMatchObject({ outcome: 'done' });
      expect(healed.proof.state).toBe('proven');
      const { regions } = await central.status();
      expect(healed.counts).toEqual(regions.find(({ region }) => region === REGION)?.rows);
    },
    240_000,
  );

  // Would catch: a device whose date is off by years being told that the server is forged, so that somebody drives out
  // for an attack; a certificate out of its time that is let through; a slice that is lost for it.
  it.each([
    ['behind', 20],
    ['ahead', -20],
  ])(
    'clock of the device years %s: the handshake says so',
    async (name, years) => {
      await central.mutate({ region: REGION, random: 6, seed: name });
      const before = (await rig.office.demandServices().sync.status()).proof;
      const count = await found();
      await server.showDate(Date.now() + years * 365 * 86_400_000);
      try {
        const told = await syncOnce();
        expect(told.runs[0]).toMatchObject({ outcome: 'failed', error: 'SYNC_CLOCK' });
        expect(told.proof.root).toBe(before.root);
        expect(await found()).toBe(count);
      } finally {
        await server.showDate(Date.now());
      }
      const healed = await syncOnce();
      expect(healed.runs[0]).toMatchObject({ outcome: 'done' });
      expect(healed.proof.state).toBe('proven');
    },
    240_000,
  );

  // Would catch: a row that is proven elsewhere losing its test.
  it.each([
    ['disk full in the middle', 'disk-full.int.test.ts', 'DISK_FULL'],
    ['clock of the device ahead: the lease ends', 'control.int.test.ts', 'aheadMs = 40 * DAY'],
  ])('%s is proven by %s', async (_name, file, words) => {
    expect(await readFile(appPath('e2e/integration', file), 'utf8')).toContain(words);
  });
});
