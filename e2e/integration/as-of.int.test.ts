import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceReports } from '../../electron/main/services/report/report';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';
import { factOf } from './forged-state';

const DAY_MS = 86_400_000;
const REGION = '3301';
const PASSWORD = 'as-of-test-2026';
let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
const services = () => rig.office.demandServices();
const password = () => new TextEncoder().encode(PASSWORD);

/** What somebody does who has the keys of both files in hand. */
function inFile<T>(file: 'slice' | 'journal', act: (db: ReturnType<typeof openWritable>) => T): T {
  const { paths, sessions } = services();
  const key = sessions.demand().keys.copy(file);
  const path = file === 'slice' ? paths.slice : join(paths.officeDir, 'journal.db');
  const db = openWritable({ path, key, mayCreate: false, isDurable: false });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** Everything that names a date of the data. */
async function told() {
  const { store, sync, retention } = services();
  const reports = new DeviceReports({
    store,
    program: 'test',
    nowMs: Date.now,
    asOf: () => sync.asOf(),
    keyEpoch: () => null,
    isEmergency: () => false,
  });
  const { held, next } = await retention.status();
  return {
    page: (await sync.status()).asOfMs,
    documents: await sync.asOf(),
    centre: (await reports.make()).applied?.issuedMs ?? null,
    retention: { held, untilMs: next?.lookUpsBeforeMs ?? null },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-asof-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 300 });
  rig = await startDeskRig(undefined, { hasLineSettings: true });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  services().sync.start();
  await services().sync.settled();
  // Nothing may mend what is forged.
  rig.lineSettings.set({ isPaused: true });
  rig.clock.learn(Date.now() + 6 * 366 * DAY_MS);
}, 120_000);

afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the date of the data', () => {
  // Would catch: any of page, document, report and purge that takes the date which the slice's own file claims.
  it('comes from what the server signed, whatever the file says', async () => {
    const before = await told();
    expect(before.page).not.toBeNull();
    expect(before).toMatchObject({ documents: before.page, centre: before.page });
    expect(before.retention.held).toBe('clock-ahead');
    inFile('slice', (db) => {
      const checkpoint = factOf<{ issuedMs: number }>(db, 'checkpoint');
      const value = JSON.stringify({
        ...checkpoint,
        issuedMs: checkpoint.issuedMs + 6 * 366 * DAY_MS,
      });
      db.run(sql`update sync_state set value = ${value} where name = 'checkpoint'`);
    });
    expect(await told()).toEqual(before);
  });

  // Would catch: a claimed date that counts where this device remembers no proven state, so that nothing contradicts it.
  it('is unknown where nothing signed tells it', async () => {
    inFile('journal', (db) => db.run(sql`delete from fact where name = 'sync.reached'`));
    expect(await told()).toEqual({
      page: null,
      documents: null,
      centre: null,
      retention: { held: 'no-time', untilMs: null },
    });
    expect((await services().sync.status()).isStale).toBe(true);
  });
});
