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
});
