import { expect, it } from 'vitest';
import { nextTraceId } from './trace-id';

/** A journal that answers later, as one in another process does. */
function journal() {
  const facts = new Map<string, string>();
  const call = async (name: string, { name: fact, value }: { name: string; value?: string }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (name === 'factSet') facts.set(fact, value ?? '');
    return facts.get(fact) ?? null;
  };
  return { call } as never;
}

// Bug: two documents that are saved at once have one trace number, and the second replaces the first.
it('gives each its own number, also at once, and goes on after a failure', async () => {
  const store = journal();
  const at = Date.UTC(2026, 10, 28, 4);
  const all = await Promise.all(Array.from({ length: 5 }, () => nextTraceId(store, at)));
  expect(new Set(all).size).toBe(5);
  const broken = { call: () => Promise.reject(new Error('closed')) } as never;
  await expect(nextTraceId(broken, at)).rejects.toThrow('closed');
  expect(await nextTraceId(store, at)).toBe('DC-20261128-0006');
});
