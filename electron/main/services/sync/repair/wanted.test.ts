import { describe, expect, it } from 'vitest';
import type { StoreCaller } from '../../../clients/store-client';
import { addWanted, forgetWanted, readWanted } from './wanted';

/** The facts of a journal, each call answered later, as a process does; `dies` ends it before the nth is written. */
function factsOnly(facts = new Map<string, string>(), dies = Number.POSITIVE_INFINITY) {
  let written = 0;
  let writes = 0;
  const call = async (name: string, input: { readonly name: string; readonly value?: string }) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (name === 'factGet') return facts.get(input.name) ?? null;
    if (++writes >= dies) throw new Error('died');
    facts.set(input.name, input.value ?? '');
    written += input.value?.length ?? 0;
    return {};
  };
  const store = { call, onEvent: () => () => undefined } as unknown as StoreCaller;
  return { store, facts, written: () => written };
}

describe('rows that wait to be fetched', () => {
  // Would catch: rows that a check found while a repair fetched others, forgotten as if they had been fetched.
  it('stay when they were found during the repair', async () => {
    const { store } = factsOnly();
    await addWanted(store, [{ entity: 'person', ids: [1, 2] }]);
    const fetched = await readWanted(store);
    await addWanted(store, [
      { entity: 'person', ids: [3] },
      { entity: 'certificate', ids: [1] },
    ]);
    await Promise.all([
      forgetWanted(store, fetched),
      addWanted(store, [{ entity: 'certificate', ids: [9] }]),
    ]);
    expect(await readWanted(store)).toEqual([
      { entity: 'person', ids: [3] },
      { entity: 'certificate', ids: [1, 9] },
    ]);
    await forgetWanted(store, await readWanted(store));
    expect(await readWanted(store)).toEqual([]);
  });

  // Would catch: a list cut where a check found very many rows, so that the slice passes for proven when the first are in.
  it('stay all, however many, until each was fetched', async () => {
    const { store } = factsOnly();
    const ids = Array.from({ length: 45_000 }, (_, i) => i + 1);
    for (let from = 0; from < ids.length; from += 15_000)
      await addWanted(store, [{ entity: 'person', ids: ids.slice(from, from + 15_000) }]);
    expect(await readWanted(store)).toEqual([{ entity: 'person', ids }]);
    await forgetWanted(store, [{ entity: 'person', ids: ids.slice(0, 20_000) }]);
    expect(await readWanted(store)).toEqual([{ entity: 'person', ids: ids.slice(20_000) }]);
  });

  // Would catch: the whole list written again for every few rows that a check finds: a million rows would take hours.
  it('cost by what is added, and leave next to nothing behind', async () => {
    const { store, facts, written } = factsOnly();
    const ids = Array.from({ length: 120_000 }, (_, i) => i + 1);
    for (let from = 0; from < ids.length; from += 2_000)
      await addWanted(store, [{ entity: 'person', ids: ids.slice(from, from + 2_000) }]);
    expect(await readWanted(store)).toEqual([{ entity: 'person', ids }]);
    expect(written()).toBeLessThan(5 * JSON.stringify(ids).length);
    await forgetWanted(store, await readWanted(store));
    expect(await readWanted(store)).toEqual([]);
    expect([...facts.values()].join('').length).toBeLessThan(100);
    await addWanted(store, [{ entity: 'exam', ids: [5] }]);
    expect(await readWanted(store)).toEqual([{ entity: 'exam', ids: [5] }]);
  });

  // Would catch: rows that a program ended in the middle loses, or that come back when they were fetched long ago.
  it('are never lost by an end in the middle', async () => {
    const rows = (from: number) => [
      { entity: 'person' as const, ids: Array.from({ length: 8_000 }, (_, i) => from + i) },
    ];
    for (let dies = 1; dies < 8; dies++) {
      const facts = new Map<string, string>();
      await addWanted(factsOnly(facts).store, rows(1));
      const dying = factsOnly(facts, dies).store;
      let added = 0;
      try {
        for (const from of [10_001, 20_001, 30_001]) {
          await addWanted(dying, rows(from));
          added++;
        }
        await forgetWanted(dying, await readWanted(dying));
        added = -1;
      } catch (error) {
        expect(String(error)).toContain('died');
      }
      const { store } = factsOnly(facts);
      const held = new Set((await readWanted(store)).flatMap(({ ids }) => ids));
      if (added < 0) expect(held.size).toBe(0);
      else if (added < 3) expect(held.size).toBe(8_000 * (1 + added));
      await addWanted(store, [{ entity: 'person', ids: [77_777] }]);
      const after = (await readWanted(store)).flatMap(({ ids }) => ids);
      expect(after).toEqual([...held, 77_777]);
      await forgetWanted(store, await readWanted(store));
      expect(await readWanted(store)).toEqual([]);
    }
  });
});
