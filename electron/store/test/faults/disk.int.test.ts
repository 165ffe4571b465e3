import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { PagePublic } from '../../../../shared/protocol/delta';
import type { StoreClient } from '../../launcher';
import { changeSet } from '../changes';
import { columnBlock, makeCheckpoint, makePage, makeSegments } from '../fixture';
import { ask, buildStore, LOAD_ID, loadSet, newOffice, openStore } from '../rig';
import { type FixtureSet, makeSet, random } from '../rows';
import { ACTIONS, ERRNO, OPS, Shim } from './shim';
import { CAN_MOUNT, SmallDisk } from './small-disk';

let entry: string;
let remove: () => void;
const removals: (() => void)[] = [];
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterEach(() => {
  for (const one of removals.splice(0)) one();
});
afterAll(() => remove());

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const SET = makeSet(200, 41);

/** Writes in the journal until the disk refuses; answers the refusal and how many were acknowledged. */
async function fillJournal(store: StoreClient): Promise<{ error: unknown; acknowledged: number }> {
  for (let acknowledged = 0; ; acknowledged++) {
    try {
      const payload = { text: 'x'.repeat(20_000), acknowledged };
      await store.call('auditAppend', { kind: 'filler', actor: 'u1', payload });
    } catch (error) {
      return { error, acknowledged };
    }
  }
}

describe.runIf(CAN_MOUNT)('a real disk', () => {
  // Would catch: a full disk that ends the process, loses what was acknowledged, is told as damage or leaves the store unusable after space was made.
  it('that fills up', async () => {
    const disk = await SmallDisk.make(14);
    removals.push(() => disk.remove());
    const place = { nodePath: disk.nodePath, create: true };
    const office = join(disk.inside, 'office');
    mkdirSync(join(disk.outside, 'office'));
    const { store } = await openStore(entry, office, place);
    await loadSet(store, SET);
    const before = (await store.call('auditVerify', {})).entries;
    const ballast = join(disk.outside, 'ballast');
    writeFileSync(ballast, Buffer.alloc(8 << 20));
    const { error, acknowledged } = await fillJournal(store);
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    expect(Number((error as AppError).params.neededMb)).toBeGreaterThan(0);
    // Reading goes on; a look-up that cannot be logged is not answered.
    expect((await store.call('verify', { mode: 'quick' }).catch(() => null))?.isEqual ?? true).toBe(
      true,
    );
    const change = changeSet(SET, 5, 1, 2, 1);
    const checkpoint = makeCheckpoint(change.set, 2);
    const { page, sealed } = change;
    const applied = await codeOf(
      store.call('applyPage', { page: Buffer.from(page), sealed, checkpoint }),
    );
    expect(['DISK_FULL', 'none']).toContain(applied);
    const load = async (): Promise<void> => {
      await store.call('loadBegin', { ...LOAD_ID, manifestHash: 'c'.repeat(64) });
      for (const one of makeSegments(SET)) {
        const { sha256, object, sealed: columns } = one;
        await store.call('loadSegment', { sha256, object, sealed: columns });
      }
    };
    expect(await codeOf(load())).toBe('DISK_FULL');
    await store.call('loadAbort', {});
    // A disk without any room may refuse the next start too, in the same words; with room all is there.
    await store.call('close', {}).catch(() => undefined);
    store.kill();
    const restarted = openStore(entry, office, place).then(({ store: other }) =>
      other.call('close', {}).finally(() => other.kill()),
    );
    expect(['DISK_FULL', 'none']).toContain(await codeOf(restarted));
    rmSync(ballast);
    const again = await openStore(entry, office, place);
    expect(await again.store.call('auditVerify', {})).toMatchObject({ isIntact: true });
    expect((await again.store.call('auditVerify', {})).entries).toBeGreaterThanOrEqual(
      before + acknowledged,
    );
    expect((await again.store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    await again.store.call('close', {});
  });

  // Would catch: a store that cannot take its safety margin telling something else than what is missing, or going on after space was made by damaging itself.
  it('that is made room on', async () => {
    const disk = await SmallDisk.make(6);
    removals.push(() => disk.remove());
    const place = { nodePath: disk.nodePath, create: true };
    const office = join(disk.inside, 'office');
    mkdirSync(join(disk.outside, 'office'));
    const { store } = await openStore(entry, office, place);
    await loadSet(store, SET);
    const ballast = join(disk.outside, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(8 << 20))).toThrow('ENOSPC');
    const { error, acknowledged } = await fillJournal(store);
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    rmSync(ballast);
    await store.call('auditAppend', { kind: 'after', actor: 'u1', payload: {} });
    const change = changeSet(SET, 6, 1, 2, 1);
    const checkpoint = makeCheckpoint(change.set, 2);
    const { page, sealed } = change;
    await store.call('applyPage', { page: Buffer.from(page), sealed, checkpoint });
    // The load, the fillers, the entry after, the page.
    expect(await store.call('auditVerify', {})).toMatchObject({
      isIntact: true,
      entries: acknowledged + 3,
    });
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    await store.call('close', {});
  });

  // Would catch: changes that fill a disk, fail, and leave their log as long as it got, so that nothing can be looked up any
  // more; changes that are half in; a first failure that another hides; changes that take the last room by succeeding.
  it('that fills up in the middle of changes gives back what they took', async () => {
    const disk = await SmallDisk.make(32);
    removals.push(() => disk.remove());
    const office = join(disk.inside, 'office');
    mkdirSync(join(disk.outside, 'office'));
    const { store } = await openStore(entry, office, { nodePath: disk.nodePath, create: true });
    await loadSet(store, SET);
    const free = () => {
      const { bavail, bsize } = statfsSync(disk.outside);
      return bavail * bsize;
    };
    const ballast = join(disk.outside, 'ballast');
    const leave = (bytes: number) => {
      rmSync(ballast, { force: true });
      writeFileSync(ballast, Buffer.alloc(free() - bytes));
    };
    /** So many more events, some hundred bytes each. */
    const grown = (set: FixtureSet, events: number, rseq: number) => {
      const rows = Array.from({ length: events }, (_, i) => {
        const row = set.event[i % set.event.length] ?? set.event[0];
        if (row === undefined) throw new Error('no event');
        const id = 1_000_000 * rseq + i;
        return { ...row, id, rev: 1, public: { ...row.public, note: `${id}`.repeat(50) } };
      });
      const next = { ...set, event: [...set.event, ...rows] };
      const changes = { event: { put: columnBlock('event', rows) } } as PagePublic['changes'];
      const page = makePage(changes, rseq - 1, rseq);
      const input = { page, sealed: {}, checkpoint: makeCheckpoint(next, rseq) };
      return { next, apply: () => store.call('applyPage', input) };
    };
    const few = grown(SET, 1_500, 2);
    const many = grown(few.next, 6_000, 3);
    // With what was committed before in the log, as after a page that went well.
    await few.apply();
    const LEFT = 2_000_000;
    leave(LEFT);
    for (const _ of [1, 2]) {
      await expect(many.apply()).rejects.toMatchObject({
        code: 'DISK_FULL',
        detail: expect.stringContaining('SQLITE_'),
      });
      expect(free()).toBeGreaterThanOrEqual(LEFT - 100_000);
      await store.call('auditAppend', { kind: 'look-up', actor: 'u1', payload: {} });
      expect(await store.call('verify', { mode: 'quick' })).toMatchObject({ isEqual: true });
      expect((await store.call('state', {})).cursor?.rseq).toBe(2);
    }
    leave(500_000);
    const refused = { code: 'DISK_FULL', detail: expect.stringContaining('last room') };
    await expect(many.apply()).rejects.toMatchObject(refused);
    await store.call('auditAppend', { kind: 'look-up', actor: 'u1', payload: {} });
    rmSync(ballast);
    expect(await many.apply()).toMatchObject({ isEqual: true, cursor: { rseq: 3 } });
    expect(await store.call('verify', { mode: 'quick' })).toMatchObject({ isEqual: true });
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
    await store.call('close', {});
  }, 120_000);

  // Would catch: a read-only disk told as damage or as a wrong key, or a desk that works on unlogged.
  it('that is read-only', async () => {
    const disk = await SmallDisk.make(16);
    removals.push(() => disk.remove());
    const place = { nodePath: disk.nodePath, create: true };
    const office = join(disk.inside, 'office');
    mkdirSync(join(disk.outside, 'office'));
    const { store } = await openStore(entry, office, place);
    await loadSet(store, SET);
    await store.call('close', {});
    disk.setReadOnly(true);
    expect(await codeOf(openStore(entry, office, { ...place, create: false }))).toBe(
      'DISK_READ_ONLY',
    );
    disk.setReadOnly(false);
    const again = await openStore(entry, office, { ...place, create: false });
    expect((await again.store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    await again.store.call('close', {});
  });
});

describe('a disk that fails', () => {
  // Would catch: a slice that is gone for the session, and taken for damaged by the next load, because its successor
  // could not be moved into its place (on Windows a scanner that has it open is enough).
  it('to move a loaded file keeps the slice in use, and the next attempt succeeds', async () => {
    const office = newOffice();
    const shim = new Shim();
    removals.push(() => {
      shim.remove();
      rmSync(office, { recursive: true, force: true });
    });
    const { store } = await openStore(entry, office, { nodePath: shim.nodePath });
    await loadSet(store, SET);
    const total = async () =>
      (
        await ask<{ readonly total: number }>(store, 'search.query', {
          text: '',
          filter: {},
          offset: 0,
          limit: 1,
        })
      ).total;
    const next = makeSet(230, 42);
    const replace = () => loadSet(store, next);
    const fault = { ops: OPS.rename, pattern: 'slice.db', nth: 1, times: 1 };
    shim.arm({ ...fault, action: ACTIONS.fail, error: ERRNO.EIO });
    expect(await codeOf(replace())).toBe('STORE_IO');
    shim.disarm();
    expect(await total()).toBe(200);
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    expect((await replace()).isEqual).toBe(true);
    expect(await total()).toBe(230);
    expect(readdirSync(office).some((file) => file.includes('new'))).toBe(false);
    await store.call('close', {});
  });

  // Would catch: an I/O error that ends the process, is told as damage, loses an acknowledged act or half applies one.
  it.each([
    ['EIO', 'fail', ['STORE_IO', 'STORE_CRASHED']],
    ['ENOSPC', 'fail', ['DISK_FULL', 'STORE_IO']],
    ['EIO', 'failHalf', ['STORE_IO', 'DISK_FULL']],
  ] as const)(
    'with %s (%s) says so and loses nothing',
    async (errno, action, codes) => {
      const next = random(errno.length + action.length);
      const office = newOffice();
      const shim = new Shim();
      removals.push(() => {
        shim.remove();
        rmSync(office, { recursive: true, force: true });
      });
      const place = { nodePath: shim.nodePath };
      let { store } = await openStore(entry, office, place);
      await loadSet(store, SET);
      let set = SET;
      let rseq = 1;
      let acknowledged = (await store.call('auditVerify', {})).entries;
      let refused = 0;
      for (let round = 1; round <= 10; round++) {
        const change = changeSet(set, 50 + round, rseq, rseq + 1, round);
        const checkpoint = makeCheckpoint(change.set, rseq + 1);
        const { page, sealed } = change;
        shim.arm({
          ops: action === 'fail' ? OPS.write + OPS.sync + OPS.truncate : OPS.write,
          pattern: office,
          nth: 1 + Math.floor(next() * 12),
          times: round % 2 === 0 ? 1 : 0,
          action: ACTIONS[action],
          error: ERRNO[errno],
        });
        const results = [
          await codeOf(store.call('auditAppend', { kind: 'act', actor: 'u1', payload: { round } })),
          await codeOf(store.call('applyPage', { page: Buffer.from(page), sealed, checkpoint })),
          await codeOf(ask(store, 'search.query', { text: '王', filter: {}, offset: 0, limit: 1 })),
        ];
        shim.disarm();
        for (const code of results) {
          if (code === 'none') continue;
          refused++;
          expect(
            codes.some((one) => code.includes(one)),
            code,
          ).toBe(true);
        }
        if (results[0] === 'none') acknowledged++;
        // After a failed write the process may go on; a new one must find all the same.
        await store.call('close', {}).catch(() => undefined);
        store.kill();
        const opened = await openStore(entry, office, place);
        ({ store } = opened);
        const audit = await store.call('auditVerify', {});
        expect(audit.isIntact).toBe(true);
        expect(audit.entries).toBeGreaterThanOrEqual(acknowledged);
        acknowledged = audit.entries;
        const isIn = opened.state.cursor?.rseq === rseq + 1;
        if (results[1] === 'none') expect(isIn).toBe(true);
        if (isIn) {
          set = change.set;
          rseq++;
        }
        expect(await store.call('verify', { mode: 'quick' })).toMatchObject({
          isEqual: true,
          root: makeCheckpoint(set, rseq).root,
        });
      }
      expect(refused).toBeGreaterThan(0);
      await store.call('close', {});
    },
    300_000,
  );
});
