import { describe, expect, it } from 'vitest';
import { ChangesInFlight } from './changes-in-flight';

describe('changes of rows under way', () => {
  // Bug: a board is read while the columns still have the rows from before a page, and is signed with the page's root.
  it('are waited for, also where one begins while another ends, and where one fails', async () => {
    const changes = new ChangesInFlight();
    expect(await changes.settled()).toBe(0);
    const ends: (() => void)[] = [];
    const fails: ((error: Error) => void)[] = [];
    const one = changes.during(() => new Promise<void>((resolve) => ends.push(resolve)));
    let count: number | null = null;
    const settled = changes.settled().then((value) => {
      count = value;
    });
    const two = changes.during(() => new Promise<void>((_, reject) => fails.push(reject)));
    ends[0]?.();
    await one;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count).toBeNull();
    fails[0]?.(new Error('a full disk'));
    await expect(two).rejects.toThrow('a full disk');
    await settled;
    expect(count).toBe(2);
  });
});
