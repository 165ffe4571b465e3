import { describe, expect, it } from 'vitest';
import { CardError, type CardReader } from '../piv/card-transport';
import { giveWayTo } from './give-way';

const served = (count: number): CardReader[] =>
  Array.from({ length: count }, (_, insertion) => ({
    name: `r${insertion}`,
    holds: 'card',
    insertion,
  }));

describe('PC/SC first', () => {
  // Bug: a token claimed while pcscd starts is lost for every other program until it is plugged in again.
  it('leaves a new reader to the service for a while, and takes it where the service does not', async () => {
    let now = 0;
    let count = 0;
    const way = giveWayTo({ list: async () => served(count) }, () => now);
    const free = async (...names: string[]) => [...(await way.free(names)).names];
    expect(await free('a')).toEqual([]);
    now = 3_000;
    expect(await free('a')).toEqual([]);
    now = 5_000;
    expect(await free('a', 'b')).toEqual(['a']);
    count = 1;
    expect((await way.free(['a'])).isServed).toBe(true);
    // Plugged in again it is new, although it was known before.
    await free();
    now = 6_000;
    expect(await free('a')).toEqual([]);
  });

  // Bug: on a machine without any service a token waits for one for ever.
  it('takes a reader at once where there is no service', async () => {
    const none = () => Promise.reject(new CardError('unavailable', 'no service'));
    const way = giveWayTo({ list: none }, () => 0);
    expect(await way.free(['a'])).toEqual({ names: new Set(['a']), isServed: false });
  });
});
