import { describe, expect, it } from 'vitest';
import type { StoreCaller } from '../../../clients/store-client';
import { addWanted, forgetWanted, readWanted } from './wanted';

/** The facts of a journal, each call answered later, as a process does. */
function factsOnly(): StoreCaller {
  const facts = new Map<string, string>();
  const call = async (name: string, input: { readonly name: string; readonly value?: string }) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (name === 'factGet') return facts.get(input.name) ?? null;
    facts.set(input.name, input.value ?? '');
    return {};
  };
  return { call, onEvent: () => () => undefined } as unknown as StoreCaller;
}

describe('rows that wait to be fetched', () => {
  // Would catch: rows that a check found while a repair fetched others, forgotten as if they had been fetched.
  it('stay when they were found during the repair', async () => {
    const store = factsOnly();
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
    const store = factsOnly();
    const ids = Array.from({ length: 45_000 }, (_, i) => i + 1);
    for (let from = 0; from < ids.length; from += 15_000)
      await addWanted(store, [{ entity: 'person', ids: ids.slice(from, from + 15_000) }]);
    expect(await readWanted(store)).toEqual([{ entity: 'person', ids }]);
    await forgetWanted(store, [{ entity: 'person', ids: ids.slice(0, 20_000) }]);
    expect(await readWanted(store)).toEqual([{ entity: 'person', ids: ids.slice(20_000) }]);
  });
});
