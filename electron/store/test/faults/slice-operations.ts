import { expect } from 'vitest';
import { ENTITIES } from '../../../../shared/domain/model';
import type { StoreClient } from '../../launcher';
import type { SearchOutput } from '../../queries/search';
import { type Change, changeSet } from '../changes';
import { EPOCH, makeCheckpoint, makeSegments, REFERENCE, REGION } from '../fixture';
import { ask, LOAD_ID, loadSet, newOffice, openStore } from '../rig';
import { type FixtureSet, makeSet } from '../rows';
import type { Operation } from './kill-often';

/** Rows of a slice in these tests: enough for several pages of every table. */
const CERTIFICATES = 220;

async function proveSlice(store: StoreClient, set: FixtureSet, rseq: number): Promise<void> {
  const verified = await store.call('verify', { mode: 'quick' });
  expect(verified).toMatchObject({ isEqual: true, root: makeCheckpoint(set, rseq).root });
  expect((await store.call('auditVerify', {})).isIntact).toBe(true);
}

async function totalFound(store: StoreClient): Promise<number> {
  const input = { text: '', filter: {}, offset: 0, limit: 1 };
  return (await ask<SearchOutput>(store, 'search.query', input)).total;
}

async function loadedOffice(entry: string, set: FixtureSet): Promise<string> {
  const office = newOffice();
  const { store } = await openStore(entry, office);
  expect((await loadSet(store, set)).isEqual).toBe(true);
  await store.call('close', {});
  return office;
}

/** Pages one after another: each is there whole with its audit entry, or not at all. */
export const PAGES: Operation = {
  name: 'sync page',
  begin: async (entry) => {
    let set = makeSet(CERTIFICATES, 22);
    const office = await loadedOffice(entry, set);
    let rseq = 1;
    let nth = 0;
    let tried: { readonly change: Change; readonly wasAcknowledged: boolean } | undefined;
    return {
      office,
      act: async (store) => {
        nth++;
        const change = changeSet(set, 500 + nth, rseq, rseq + 1, nth);
        tried = { change, wasAcknowledged: false };
        const checkpoint = makeCheckpoint(change.set, rseq + 1);
        const { page, sealed } = change;
        await store.call('applyPage', { page, sealed, checkpoint });
        tried = { change, wasAcknowledged: true };
      },
      check: async (store, state) => {
        const isIn = state.cursor?.rseq === rseq + 1;
        if (tried?.wasAcknowledged === true) expect(isIn).toBe(true);
        if (tried !== undefined && isIn) {
          set = tried.change.set;
          rseq++;
        }
        tried = undefined;
        expect(state.cursor?.rseq).toBe(rseq);
        await proveSlice(store, set, rseq);
        // The load and every page, each once, and one for every look-up: none is made here.
        expect((await store.call('auditVerify', {})).entries).toBe(rseq);
      },
    };
  },
};

/** Loads all early segments of a set and puts the file in place; counts what was acknowledged. */
async function load(
  store: StoreClient,
  set: FixtureSet,
  place: { readonly rseq: number; readonly manifestHash: string },
  acknowledged: Set<string>,
): Promise<void> {
  const { rseq, manifestHash } = place;
  const { appliedSegments } = await store.call('loadBegin', { ...LOAD_ID, manifestHash });
  const applied = new Set(appliedSegments);
  // What was acknowledged is never fetched again.
  for (const sha256 of acknowledged) expect(applied.has(sha256)).toBe(true);
  for (const { sha256, object, sealed, entity } of makeSegmentsOnce(set)) {
    if (ENTITIES[entity].isLate || applied.has(sha256)) continue;
    await store.call('loadSegment', { sha256, object: Buffer.from(object), sealed });
    acknowledged.add(sha256);
  }
  const finished = await store.call('loadFinish', {
    checkpoint: makeCheckpoint(set, rseq),
    cursor: { region: REGION, epoch: EPOCH, rseq, cursor: `c${rseq}` },
    referencePack: REFERENCE,
    withLate: false,
  });
  expect(finished.isEqual).toBe(true);
}

const segmentsOf = new WeakMap<FixtureSet, ReturnType<typeof makeSegments>>();
function makeSegmentsOnce(set: FixtureSet): ReturnType<typeof makeSegments> {
  const known = segmentsOf.get(set) ?? makeSegments(set, 60);
  segmentsOf.set(set, known);
  return known;
}

/** A first load, resumed until it is in place. */
export const FIRST_LOAD: Operation = {
  name: 'first load',
  begin: async (entry) => {
    const office = newOffice();
    const { store } = await openStore(entry, office);
    await store.call('close', {});
    const set = makeSet(CERTIFICATES, 23);
    const acknowledged = new Set<string>();
    let isFinished = false;
    let isOver = false;
    return {
      office,
      ownFiles: ['slice.new.db'],
      act: async (store) => {
        await load(store, set, { rseq: 1, manifestHash: 'a'.repeat(64) }, acknowledged);
        isFinished = true;
      },
      check: async (store, state) => {
        if (isFinished) expect(state.hasSlice).toBe(true);
        if (!state.hasSlice) return;
        isOver = true;
        expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
        expect(await totalFound(store)).toBe(CERTIFICATES);
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
      },
      isOver: () => isOver,
    };
  },
};

/** A slice replaced by a new snapshot: the old one or the new one, never none and never a mixture. */
export const REPLACEMENT: Operation = {
  name: 'replacement of the slice',
  begin: async (entry) => {
    const before = makeSet(CERTIFICATES, 24);
    const after = makeSet(CERTIFICATES - 20, 25);
    const office = await loadedOffice(entry, before);
    const acknowledged = new Set<string>();
    let isFinished = false;
    let isOver = false;
    return {
      office,
      ownFiles: ['slice.new.db'],
      act: async (store) => {
        await load(store, after, { rseq: 9, manifestHash: 'b'.repeat(64) }, acknowledged);
        isFinished = true;
      },
      check: async (store, state) => {
        expect(state.hasSlice).toBe(true);
        isOver = state.cursor?.rseq === 9;
        if (isFinished) expect(isOver).toBe(true);
        expect(await totalFound(store)).toBe(isOver ? CERTIFICATES - 20 : CERTIFICATES);
        expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
      },
      isOver: () => isOver,
    };
  },
};

/** Late segments into the live slice, which is searched meanwhile. */
export const LATE: Operation = {
  name: 'late segments',
  begin: async (entry) => {
    const office = newOffice();
    const set = makeSet(CERTIFICATES, 26);
    const { store } = await openStore(entry, office);
    await load(store, set, { rseq: 1, manifestHash: 'a'.repeat(64) }, new Set());
    await store.call('close', {});
    let isFinished = false;
    let isOver = false;
    return {
      office,
      act: async (store) => {
        for (const { sha256, object, entity } of makeSegmentsOnce(set)) {
          if (ENTITIES[entity].isLate)
            await store.call('lateSegment', { sha256, object: Buffer.from(object) });
        }
        expect((await store.call('lateFinish', {})).isEqual).toBe(true);
        isFinished = true;
      },
      check: async (store, state) => {
        const verified = await store.call('verify', { mode: 'quick' });
        expect(verified.isEqual).toBe(true);
        expect(await totalFound(store)).toBe(CERTIFICATES);
        isOver = isFinished;
        if (isFinished) expect(verified.root).toBe(makeCheckpoint(set, 1).root);
        expect(state.cursor?.rseq).toBe(1);
      },
      isOver: () => isOver,
    };
  },
};
