import { describe, expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache';

const bytesOf = (text: string): number => text.length;

describe('BoundedCache', () => {
  it('makes once what a thousand ask for at the same moment', async () => {
    const cache = new BoundedCache(100, bytesOf);
    let made = 0;
    const make = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return `page ${++made}`;
    };
    const all = await Promise.all(Array.from({ length: 1_000 }, () => cache.get('a', make)));
    expect(new Set(all)).toEqual(new Set(['page 1']));
    expect(await cache.get('b', make)).toBe('page 2');
  });

  it('stays within its bytes, and lets go of what nobody asked for longest', async () => {
    const cache = new BoundedCache(10, bytesOf);
    const made: string[] = [];
    const ask = (key: string) =>
      cache.get(key, async () => {
        made.push(key);
        return key.repeat(4);
      });
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    expect(made).toEqual(['a', 'b', 'c']);
    await ask('a');
    expect(made).toEqual(['a', 'b', 'c']);
    await ask('b');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('tells a failure to all who wait and tries anew for the next', async () => {
    const cache = new BoundedCache(100, bytesOf);
    const fail = () => Promise.reject(new Error('disk'));
    const both = await Promise.allSettled([cache.get('a', fail), cache.get('a', fail)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', async () => 'page')).toBe('page');
  });

  it('keeps nothing that is larger than all it may hold', async () => {
    const cache = new BoundedCache(3, bytesOf);
    let made = 0;
    const make = async () => `${++made}`.repeat(4);
    await cache.get('a', make);
    expect(await cache.get('a', make)).toBe('2222');
  });
});
