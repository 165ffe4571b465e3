import { rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StoreClient } from '../../launcher';
import { ONE_FRAME_BYTES } from '../../pages/log-mark';
import { changeSet } from '../changes';
import { makeCheckpoint } from '../fixture';
import { ask, buildStore, loadSet, newOffice, openStore } from '../rig';
import { makeSet } from '../rows';
import { ACTIONS, CHANGES, ERRNO, OPS, Shim } from './shim';

const SET = makeSet(200, 43);
const LOG = 'journal.db-wal';
const SLOW_MS = 3_000;
/** From this size on a log was folded in by the look-up that came next. */
const FORMER_MOST_BYTES = 8 * 1_048_576;

let entry: string;
let remove: () => void;
let office: string;
let shim: Shim;
let store: StoreClient;

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  shim = new Shim();
  ({ store } = await openStore(entry, office, { nodePath: shim.nodePath }));
  await loadSet(store, SET);
}, 120_000);
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  shim.remove();
  rmSync(office, { recursive: true, force: true });
  remove();
});

const lookUp = () =>
  ask<{ readonly total: number }>(store, 'search.query', {
    text: '王',
    filter: {},
    offset: 0,
    limit: 1,
  });
const run = (runId: string) =>
  store.call('syncRunAdd', {
    runId,
    startedMs: 1,
    endedMs: 2,
    outcome: 'done',
    isFirst: false,
    rows: 1,
    bytes: 1,
    error: null,
  });

describe('the log of look-ups', () => {
  const logBytes = () => statSync(`${office}/${LOG}`, { throwIfNoEntry: false })?.size ?? 0;

  // Would catch: one look-up of some hundred that brings the whole log to the disk first, or the first after a rest, whose
  // log's header the disk is waited for: 20 to 250 ms beside a load.
  it('waits for no disk, however many come one after the other, from the first after a rest on', async () => {
    await lookUp();
    await vi.waitFor(() => expect(logBytes()).toBe(ONE_FRAME_BYTES), {
      timeout: 20_000,
      interval: 50,
    });
    shim.arm({ ops: OPS.sync, pattern: 'journal.db', nth: 0, times: 0, action: ACTIONS.delay });
    while (logBytes() < 1.1 * FORMER_MOST_BYTES) await lookUp();
    expect(shim.seen).toBe(0);
    shim.disarm();
    // In the next rest all of it goes, and that takes the disk.
    await vi.waitFor(() => expect(logBytes()).toBe(ONE_FRAME_BYTES), {
      timeout: 20_000,
      interval: 50,
    });
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });

  // Would catch: a disk that is brought something every two seconds although nothing was logged.
  it('leaves the disk alone where nothing came', async () => {
    shim.arm({ ops: CHANGES, pattern: 'journal.db', nth: 0, times: 0, action: ACTIONS.delay });
    await store.call('factGet', { name: 'none' });
    await delay(2_600);
    expect(shim.seen).toBe(0);
    shim.disarm();
  });
});

describe('what a synchronisation notes in the journal', () => {
  // Would catch: a look-up whose log queues behind commits that wait for the disk, 12 to 400 ms each.
  it('waits for a slow disk by itself: look-ups are logged and answered meanwhile', async () => {
    await lookUp();
    const ended: string[] = [];
    const noted = (name: string, act: Promise<unknown>) => act.then(() => void ended.push(name));
    shim.arm({
      ops: OPS.sync,
      pattern: LOG,
      nth: 1,
      times: 0,
      action: ACTIONS.delay,
      error: SLOW_MS,
    });
    const before = (await store.call('auditVerify', {})).entries;
    const change = changeSet(SET, 44, 1, 2, 1);
    const input = { page: Buffer.from(change.page), sealed: change.sealed };
    const waiting = [
      noted('fact', store.call('factSet', { name: 'slow', value: '1' })),
      noted('run', run('slow')),
      noted(
        'page',
        store.call('applyPage', { ...input, checkpoint: makeCheckpoint(change.set, 2) }),
      ),
    ];
    for (let i = 0; i < 3; i++) await noted('look-up', lookUp());
    const after = (await store.call('auditVerify', {})).entries;
    expect(ended).toEqual(['look-up', 'look-up', 'look-up']);
    expect(shim.seen).toBeLessThanOrEqual(3);
    // Each was logged before its answer, without the disk; the page's own entry may be among them.
    expect(after - before).toBeGreaterThanOrEqual(3);
    await Promise.all(waiting);
    expect(shim.fired).toBeGreaterThanOrEqual(3);
    shim.disarm();
  });

  // Would catch: something told as noted that only the system's memory has, and that a power cut takes back.
  it('is not told as noted where the disk refuses to keep it', async () => {
    shim.arm({
      ops: OPS.sync,
      pattern: LOG,
      nth: 1,
      times: 0,
      action: ACTIONS.fail,
      error: ERRNO.EIO,
    });
    await expect(store.call('factSet', { name: 'kept', value: '1' })).rejects.toMatchObject({
      code: 'STORE_IO',
      params: { file: 'journal.db' },
    });
    await expect(run('refused')).rejects.toMatchObject({ code: 'STORE_IO' });
    shim.disarm();
    // The disk is well again: the same call may be made again, and holds.
    await store.call('factSet', { name: 'kept', value: '2' });
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });

  // Would catch: frames that the disk did not take, on which everything that is committed later would stand.
  it('goes into the file where the log could not be kept', async () => {
    // The first commit of a log waits by itself.
    await store.call('factSet', { name: 'begun', value: '0' });
    shim.arm({
      ops: OPS.sync,
      pattern: LOG,
      nth: 1,
      times: 1,
      action: ACTIONS.fail,
      error: ERRNO.EIO,
    });
    await store.call('factSet', { name: 'folded', value: '3' });
    expect(shim.fired).toBe(1);
    shim.disarm();
    // Nothing of it is in the log any more: a file without its log has it.
    const gone = new Promise<void>((resolve) => store.onExit(() => resolve()));
    store.kill();
    await gone;
    rmSync(`${office}/${LOG}`, { force: true });
    ({ store } = await openStore(entry, office, { nodePath: shim.nodePath, create: false }));
    expect(await store.call('factGet', { name: 'folded' })).toBe('3');
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });

  // Would catch: a disk that refused a part of the log and says yes to the next wait, because the system forgot what it
  // could not write: everything confirmed from then on would stand on frames that are not there.
  it('stands on nothing that the disk refused before, neither by a wait nor by a commit', async () => {
    const refuse = async (value: string) => {
      await store.call('factSet', { name: 'begun', value: '0' });
      // The wait, and the fold that would have saved it.
      shim.arm({
        ops: OPS.sync,
        pattern: LOG,
        nth: 1,
        times: 2,
        action: ACTIONS.fail,
        error: ERRNO.EIO,
      });
      const act = store.call('factSet', { name: 'refused', value });
      await expect(act).rejects.toMatchObject({ code: 'STORE_IO' });
      expect(shim.fired).toBe(2);
      shim.disarm();
    };
    const withoutLog = async () => {
      const gone = new Promise<void>((resolve) => store.onExit(() => resolve()));
      store.kill();
      await gone;
      rmSync(`${office}/${LOG}`, { force: true });
      ({ store } = await openStore(entry, office, { nodePath: shim.nodePath, create: false }));
    };
    await refuse('1');
    await store.call('factSet', { name: 'waited', value: '4' });
    await withoutLog();
    expect(await store.call('factGet', { name: 'waited' })).toBe('4');
    expect(await store.call('factGet', { name: 'refused' })).toBe('1');
    await refuse('2');
    const before = (await store.call('auditVerify', {})).entries;
    await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: {} });
    // In the log is this commit alone: what was refused went into the file before it.
    await withoutLog();
    expect(await store.call('factGet', { name: 'refused' })).toBe('2');
    expect((await store.call('auditVerify', {})).entries).toBe(before);
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });
});
