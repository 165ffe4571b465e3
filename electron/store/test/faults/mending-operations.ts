import { join } from 'node:path';
import { expect } from 'vitest';
import { ENTITY_ORDER, type Entity } from '../../../../shared/domain/model';
import type { PagePublic } from '../../../../shared/protocol/delta';
import type { DerivedColumns } from '../../deep-calls';
import type { StoreClient } from '../../launcher';
import type { SealedColumns } from '../../protocol';
import { openWritable } from '../../sqlcipher';
import { changeSet } from '../changes';
import {
  columnBlock,
  EPOCH,
  MASTER,
  makeCheckpoint,
  makePage,
  REGION,
  sealedColumns,
} from '../fixture';
import { loadSet, newOffice, openStore } from '../rig';
import { type FixtureSet, makeSet } from '../rows';
import type { Operation } from './kill-often';

const CERTIFICATES = 220;

/** What a repair brings so that `from` becomes `to`, for some entities. */
function difference(from: FixtureSet, to: FixtureSet, entities: readonly Entity[], rseq: number) {
  const changes: Record<string, unknown> = {};
  const sealed: Partial<Record<Entity, SealedColumns>> = {};
  const removed: { entity: Entity; ids: number[] }[] = [];
  for (const entity of entities) {
    const before = new Map(from[entity].map(({ id, rev }) => [id, rev]));
    const after = new Set(to[entity].map(({ id }) => id));
    const puts = to[entity].filter(({ id, rev }) => before.get(id) !== rev);
    const ids = [...before.keys()].filter((id) => !after.has(id));
    if (ids.length > 0) removed.push({ entity, ids });
    if (puts.length === 0) continue;
    changes[entity] = { put: columnBlock(entity, puts) };
    const columns = sealedColumns(entity, puts);
    if (columns !== null) sealed[entity] = columns;
  }
  const page = makePage(changes as PagePublic['changes'], rseq, rseq + 1);
  return { pages: [{ page, sealed }], removed };
}

/** Repairs in two steps: each is there whole or not, the first never counts as proven, the last ends at the signed root. */
export const REPAIR: Operation = {
  name: 'repair of the slice',
  begin: async (entry) => {
    let set = makeSet(CERTIFICATES, 41);
    const office = newOffice();
    const { store } = await openStore(entry, office);
    await loadSet(store, set);
    await store.call('close', {});
    const half = ENTITY_ORDER.slice(0, 2);
    const rest = ENTITY_ORDER.slice(2);
    let rseq = 1;
    let nth = 0;
    /** What was tried: the states that it passes, and how many of its steps were acknowledged. */
    let tried: { readonly states: readonly FixtureSet[]; steps: number } | null = null;
    /** The server's set, which the slice became only a part of. */
    let aim: FixtureSet | null = null;
    return {
      office,
      act: async (store) => {
        nth++;
        const target = aim ?? changeSet(set, 700 + nth, rseq, rseq + 1, nth).set;
        const between = { ...set, ...Object.fromEntries(half.map((one) => [one, target[one]])) };
        aim = target;
        tried = { states: [set, between, target], steps: 0 };
        const differing = 3;
        await store.call('repairBegin', {});
        const first = difference(set, target, half, rseq);
        await store.call('repairApply', { ...first, differing, end: null });
        tried.steps = 1;
        const checkpoint = makeCheckpoint(target, rseq + 1);
        const cursor = { region: REGION, epoch: EPOCH, rseq: rseq + 1, cursor: `c${rseq + 1}` };
        const last = difference(between, target, rest, rseq);
        await store.call('repairApply', { ...last, differing, end: { checkpoint, cursor } });
        tried.steps = 2;
        await store.call('repairEnd', {});
      },
      check: async (store, state) => {
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
        const isEnded = state.cursor?.rseq === rseq + 1;
        const states = tried?.states ?? [set];
        const { root, isEqual } = await store.call('verify', { mode: 'quick' });
        const at = states.map((one) => makeCheckpoint(one, 1).root).lastIndexOf(root);
        expect(at).toBeGreaterThanOrEqual(tried?.steps ?? 0);
        expect(isEnded).toBe(at === 2);
        if (at === 2) expect(isEqual).toBe(true);
        // Rows of the first step alone are no state that the server ever signed.
        if (at === 1) expect(state.lastVerify?.isEqual).toBe(false);
        set = states[at] ?? set;
        tried = null;
        if (!isEnded) return;
        rseq++;
        aim = null;
      },
    };
  },
};

const DERIVED = ['maskedId', 'maskedPhone', 'tagWhole', 'tagLast4', 'tagPhone'] as const;

/** Columns of all persons as the store has them. */
async function derivedOf(store: StoreClient): Promise<DerivedColumns> {
  const read = { entity: 'person', afterId: 0, limit: 10_000 } as const;
  const {
    blobs: _blobs,
    offsets: _offsets,
    tagForms: _forms,
    ...rows
  } = await store.call('deepRead', read);
  const { lastId: _last, isEnd: _end, ...columns } = rows;
  return columns;
}

/** Masks, tags and an index made anew: a row's are all right or all wrong, and what was acknowledged stays right. */
export const DEEP_WRITE: Operation = {
  name: 'deep check mends',
  begin: async (entry) => {
    const office = newOffice();
    const set = makeSet(CERTIFICATES, 42);
    const { root } = makeCheckpoint(set, 1);
    const { store } = await openStore(entry, office);
    await loadSet(store, set);
    const sound = await derivedOf(store);
    await store.call('close', {});
    const db = openWritable({
      path: join(office, 'slice.db'),
      key: MASTER.slice,
      mayCreate: false,
      isDurable: false,
    });
    const nothing = DERIVED.map((name) => `${name} = null`).join(', ');
    db.run({ text: `update person set ${nothing}`, values: [] });
    db.exec('drop index person_tagLast4');
    db.close();
    let isMended = false;
    let isOver = false;
    let right = 0;
    return {
      office,
      isOver: () => isOver,
      act: async (store) => {
        await store.call('deepWrite', { entity: 'person', columns: sound });
        await store.call('deepStructureWrite', await store.call('deepStructure', {}));
        isMended = true;
      },
      check: async (store) => {
        expect(await store.call('verify', { mode: 'quick' })).toMatchObject({
          isEqual: true,
          root,
        });
        const found = await derivedOf(store);
        expect([...found.ids]).toEqual([...sound.ids]);
        let now = 0;
        found.ids.forEach((id, i) => {
          const wrong = DERIVED.filter(
            (name) => (found[name][i] || null) !== (sound[name][i] || null),
          );
          const had = DERIVED.filter((name) => Boolean(sound[name][i]));
          expect([id, [0, had.length].includes(wrong.length)]).toEqual([id, true]);
          if (wrong.length === 0) now++;
        });
        expect(now).toBeGreaterThanOrEqual(right);
        right = now;
        const { missing, unsound } = await store.call('deepStructure', {});
        if (isMended) expect([now, missing, unsound]).toEqual([found.ids.length, [], []]);
        isOver = isMended;
      },
    };
  },
};
