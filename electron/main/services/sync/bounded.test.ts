import { describe, expect, it } from 'vitest';
import { forEachBounded } from './bounded';

const forever = new AbortController().signal;
const later = () => new Promise((resolve) => setImmediate(resolve));

describe('forEachBounded', () => {
  // Would catch: unbounded memory on a slow store, or items left out.
  it('does every item once, never more than the limit at a time', async () => {
    const done: number[] = [];
    let open = 0;
    let most = 0;
    const items = Array.from({ length: 25 }, (_, i) => i);
    await forEachBounded(items, 3, forever, async (item) => {
      most = Math.max(most, ++open);
      await later();
      open--;
      done.push(item);
    });
    expect(done.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(3);
  });

  // Would catch: a run that goes on after a damaged object, or an error that another one hides.
  it('stops at the first failure and throws it', async () => {
    const begun: number[] = [];
    const run = forEachBounded([1, 2, 3, 4, 5, 6], 2, forever, async (item, signal) => {
      begun.push(item);
      await later();
      if (item === 2) throw new Error('two');
      signal.throwIfAborted();
    });
    await expect(run).rejects.toThrow('two');
    expect(begun.length).toBeLessThan(6);
  });

  // Would catch: a cancelled run that reports success.
  it('throws when it was aborted from outside', async () => {
    const abort = new AbortController();
    const run = forEachBounded([1, 2, 3], 1, abort.signal, async () => {
      abort.abort();
      await later();
    });
    await expect(run).rejects.toThrow();
  });
});
