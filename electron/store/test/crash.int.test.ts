import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES } from '../../../shared/domain/model';
import type { StoreClient } from '../launcher';
import type { SearchOutput } from '../queries/search';
import { type Change, changeSet } from './changes';
import { EPOCH, makeCheckpoint, makeSegments, REFERENCE, REGION } from './fixture';
import { ask, buildStore, LOAD_ID, loadSet, newOffice, openStore } from './rig';
import { makeSet, random } from './rows';

let entry: string;
let remove: () => void;
const office = newOffice();
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => {
  remove();
  rmSync(office, { recursive: true, force: true });
});

const dies = (store: StoreClient): Promise<void> =>
  new Promise((resolve) => store.onExit(() => resolve()));

describe('killed at any moment', () => {
  // Would catch: a load that cannot go on, repeats what it has, or ends in another state after a kill.
  it('a first load goes on where it stopped', async () => {
    const set = makeSet(1500, 21);
    const segments = makeSegments(set, 150).filter((one) => !ENTITIES[one.entity].isLate);
    const checkpoint = makeCheckpoint(set, 1);
    const next = random(99);
    let acknowledged = 0;
    for (let attempt = 0; attempt < 12; attempt++) {
      const { store, state } = await openStore(entry, office);
      if (state.hasSlice) {
        await store.call('close', {});
        break;
      }
      const isLastTry = attempt === 11;
      let resumed = -1;
      const floor = acknowledged;
      const timer = isLastTry ? undefined : setTimeout(() => store.kill(), 20 + next() * 350);
      const gone = dies(store);
      try {
        const { appliedSegments } = await store.call('loadBegin', LOAD_ID);
        resumed = appliedSegments.length;
        acknowledged = Math.max(acknowledged, resumed);
        for (const { sha256, object, sealed } of segments.filter(
          (one) => !appliedSegments.includes(one.sha256),
        )) {
          await store.call('loadSegment', { sha256, object, sealed });
          acknowledged++;
        }
        const done = await store.call('loadFinish', {
          checkpoint,
          cursor: { region: REGION, epoch: EPOCH, rseq: 1, cursor: 'c1' },
          referencePack: REFERENCE,
          withLate: false,
        });
        expect(done.isEqual).toBe(true);
        clearTimeout(timer);
        await store.call('close', {});
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: 'STORE_CRASHED' });
        await gone;
      } finally {
        if (resumed >= 0) expect(resumed).toBeGreaterThanOrEqual(floor);
      }
    }
    const { store, state } = await openStore(entry, office);
    expect(state.cursor?.rseq).toBe(1);
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
    expect(
      (
        await ask<SearchOutput>(store, 'search.query', {
          text: '',
          filter: {},
          offset: 0,
          limit: 1,
        })
      ).total,
    ).toBe(1500);
    const late = await loadLate(store, set);
    expect(late.isEqual).toBe(true);
    await store.call('close', {});
  });

  // Would catch: a page half applied, a cursor ahead of its rows, or audit rows lost or doubled.
  it('a page is there whole or not at all', async () => {
    const dir = newOffice();
    const first = await openStore(entry, dir);
    let set = makeSet(600, 22);
    await loadSet(first.store, set);
    await first.store.call('close', {});
    const next = random(7);
    let rseq = 1;
    // Each process first proves what the one before it left behind.
    let pending: { readonly change: Change; readonly wasAcknowledged: boolean } | undefined;
    for (let nth = 1; nth <= 12; nth++) {
      const { store, state } = await openStore(entry, dir);
      const isIn = state.cursor?.rseq === rseq + 1;
      if (pending?.wasAcknowledged === true) expect(isIn).toBe(true);
      if (pending !== undefined && isIn) {
        set = pending.change.set;
        rseq++;
      }
      expect(await store.call('verify', { mode: 'quick' })).toMatchObject({
        isEqual: true,
        root: makeCheckpoint(set, rseq).root,
      });
      expect((await store.call('auditVerify', {})).isIntact).toBe(true);
      const change = changeSet(set, 500 + nth, rseq, rseq + 1, nth);
      const checkpoint = makeCheckpoint(change.set, rseq + 1);
      const gone = dies(store);
      const applied = store
        .call('applyPage', { page: change.page, sealed: change.sealed, checkpoint })
        .then(
          () => true,
          () => false,
        );
      await new Promise((resolve) => setTimeout(resolve, next() * 120));
      store.kill();
      await gone;
      pending = { change, wasAcknowledged: await applied };
    }
    const { store, state } = await openStore(entry, dir);
    // The load and every page, each once.
    expect((await store.call('auditVerify', {})).entries).toBe(state.cursor?.rseq);
    await store.call('close', {});
    rmSync(dir, { recursive: true, force: true });
  });
});

async function loadLate(
  store: StoreClient,
  set: ReturnType<typeof makeSet>,
): Promise<{ readonly isEqual: boolean }> {
  for (const { sha256, object, entity } of makeSegments(set)) {
    if (ENTITIES[entity].isLate) await store.call('lateSegment', { sha256, object });
  }
  return store.call('lateFinish', { checkpoint: makeCheckpoint(set, 1) });
}
