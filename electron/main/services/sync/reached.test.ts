import { describe, expect, it } from 'vitest';
import type { SliceState } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import { isOlderThan, noteReached, readReached } from './reached';

function factsOnly(): StoreCaller {
  const facts = new Map<string, string>();
  const call = async (name: string, input: { readonly name: string; readonly value?: string }) => {
    if (name === 'factGet') return facts.get(input.name) ?? null;
    facts.set(input.name, input.value ?? '');
    return {};
  };
  return { call, onEvent: () => () => undefined } as unknown as StoreCaller;
}
const sliceAt = (epoch: string, rseq: number, issuedMs: number) =>
  ({ cursor: { epoch, rseq }, checkpoint: { epoch, rseq, issuedMs } }) as unknown as SliceState;

describe('the newest state that was proven here', () => {
  // Would catch: a mark that a file put back lowers, or that a new history of the server never gets past.
  it('only goes forward, over histories by the time of the signature', async () => {
    const store = factsOnly();
    expect(await readReached(store)).toBeNull();
    const told = async (epoch: string, rseq: number, issuedMs: number) => {
      await noteReached(store, { epoch, rseq, issuedMs });
      return readReached(store);
    };
    expect(await told('A', 10, 100)).toMatchObject({ rseq: 10 });
    expect(await told('A', 9, 900)).toMatchObject({ epoch: 'A', rseq: 10 });
    expect(await told('B', 3, 99)).toMatchObject({ epoch: 'A', rseq: 10 });
    expect(await told('B', 3, 101)).toMatchObject({ epoch: 'B', rseq: 3 });
    expect(await told('B', 3, 200)).toMatchObject({ issuedMs: 200 });
    expect(await told('B', 3, 150)).toMatchObject({ issuedMs: 200 });
    expect(await told('B', 4, 150)).toMatchObject({ rseq: 4 });
  });

  // Would catch: a slice of before that passes, a slice at just that state that is called old.
  it.each([
    ['A', 10, 50, false],
    ['A', 11, 50, false],
    ['A', 9, 500, true],
    ['B', 99, 99, true],
    ['B', 1, 100, false],
  ] as const)('makes history %s at %i of time %i older: %s', (epoch, rseq, issuedMs, isOlder) => {
    const reached = { epoch: 'A', rseq: 10, issuedMs: 100 };
    expect(isOlderThan(sliceAt(epoch, rseq, issuedMs), reached)).toBe(isOlder);
    expect(isOlderThan(sliceAt(epoch, rseq, issuedMs), null)).toBe(false);
  });
});
