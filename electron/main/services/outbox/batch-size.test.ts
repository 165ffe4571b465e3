import { describe, expect, it } from 'vitest';
import { BatchSize } from './batch-size';

describe('the size of a request of the outbox', () => {
  // Would catch: the same megabytes sent in vain for ever over a line that carries a few kilobytes a second.
  it('halves until it arrives, stays where it takes its time, and grows again with the line', () => {
    const size = new BatchSize();
    let bytesPerSecond = 8_000;
    const limitMs = 20_000;
    const sizes: number[] = [];
    const send = () => {
      const characters = size.most(null);
      sizes.push(characters);
      const ms = (characters / bytesPerSecond) * 1_000;
      if (ms > limitMs) size.failed(characters);
      else size.arrived(characters, ms);
      return ms <= limitMs;
    };
    let tries = 1;
    while (!send()) tries++;
    expect(tries).toBeLessThan(6);
    for (let i = 0; i < 20; i++) expect(send()).toBe(true);
    expect((sizes.at(-1) ?? 0) / bytesPerSecond).toBeGreaterThan(10);
    bytesPerSecond = 10_000_000;
    for (let i = 0; i < 6; i++) send();
    expect(sizes.at(-1)).toBe(1_500_000);
    bytesPerSecond = 100;
    for (let i = 0; i < 10; i++) send();
    expect(sizes.at(-1)).toBeGreaterThanOrEqual(24_000);
    expect(size.most(1)).toBeGreaterThanOrEqual(24_000);
  });

  // Would catch: megabytes sent first over a line whose downloads have shown that it is slow.
  it('begins with what the line is known to carry', () => {
    expect(new BatchSize().most(8_000)).toBe(120_000);
    expect(new BatchSize().most(null)).toBe(1_500_000);
  });
});
