import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../../electron/store/launcher';
import { AppError } from '../../shared/errors/app-error';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, enrolDesk } from './desk-rig';

const password = () => new TextEncoder().encode('backup-2026');

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
/** The copy that is opened for the proof turns out bad: a stick that did not keep what was written. */
let isStickBad = false;

const failingProof = (store: StoreClient): StoreClient =>
  new Proxy(store, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      if (name !== 'call') return call;
      return (...args: unknown[]) =>
        args[0] === 'backupVerify' && isStickBad
          ? Promise.reject(new AppError('BACKUP_ALTERED', { file: 'slice-0001.bin' }))
          : call(...args);
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-backup-'));
  central = await startCentral();
  await central.seed({ region: '3304', certificates: 30 });
  const users = [{ badge: 'H1', name: '沈怀谨', role: 'head' as const }];
  const how = { region: '3304', users };
  ({ rig } = await enrolDesk(central, password(), how, { onStore: failingProof }));
  const { sync } = rig.office.demandServices();
  // Without a slice every backup is a full one.
  sync.start();
  await sync.settled();
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

const backup = () => rig.office.demandServices().backup;
/** Makes the backup that is due and answers what is remembered of it when it has ended. */
async function backedUp(kind: 'full' | 'incremental' = 'full') {
  await expect.poll(async () => (await backup().status()).running).toBeNull();
  await backup().start(kind);
  await expect.poll(async () => (await backup().status()).running, { timeout: 60_000 }).toBeNull();
  return backup().status();
}

describe('a full backup', () => {
  // Would catch: one that could not be opened counted as good, so that a week of daily ones builds on it and a later
  // success takes the failure off the page.
  it('counts when it was proved, and is due again when it was not', async () => {
    isStickBad = true;
    rig.chosen.folder = folder;
    expect(await backup().choosePlace()).toBe(true);
    const failed = await backedUp();
    expect(failed.lastMs).toBeNull();
    expect(failed.failure?.code).toBe('BACKUP_ALTERED');
    expect(failed.nextKind).toBe('full');
    isStickBad = false;
    const good = await backedUp();
    expect(good.lastMs).not.toBeNull();
    expect(good.failure).toBeNull();
    expect(good.nextKind).toBe('incremental');
  });

  // Would catch: daily ones that nobody opens before they are needed, and that go on being built on a chain that is bad.
  it('is followed by incremental ones that are opened too, and by a full one when one of them is bad', async () => {
    const daily = await backedUp('incremental');
    expect(daily.failure).toBeNull();
    expect(daily.generations[0]?.kind).toBe('incremental');
    expect(daily.verified).toMatchObject({
      generation: daily.generations[0]?.generation,
      chain: 2,
      isSliceProven: true,
    });
    isStickBad = true;
    const failed = await backedUp('incremental');
    expect(failed.failure?.code).toBe('BACKUP_ALTERED');
    expect(failed.lastMs).toBe(daily.lastMs);
    expect(failed.nextKind).toBe('full');
    isStickBad = false;
    const good = await backedUp(failed.nextKind);
    expect(good.failure).toBeNull();
    expect(good.nextKind).toBe('incremental');
  });

  // Would catch: copies that do not open, one an hour on a bad day, putting out the chains that do.
  it('puts no former chain out while it is refused, and makes room when it was proved', async () => {
    const numbers = async () =>
      (await backup().status()).generations.map(({ generation }) => generation);
    const before = await numbers();
    isStickBad = true;
    for (let i = 0; i < 5; i++) await backedUp('full');
    expect(await numbers()).toEqual(expect.arrayContaining([...before]));
    isStickBad = false;
    const good = await backedUp('full');
    expect(good.failure).toBeNull();
    expect((await numbers()).length).toBeLessThanOrEqual(before.length);
  });
});
