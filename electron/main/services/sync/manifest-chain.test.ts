import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainFault, type ManifestLink } from './manifest-chain';

const hash = (n: number): string => n.toString(16).padStart(64, '0');
const link = (n: number, previous: number | null, issuedMs = n, epoch = 'A'): ManifestLink => ({
  hash: hash(n),
  previous: previous === null ? null : hash(previous),
  epoch,
  issuedMs,
});

describe('the chain of manifests', () => {
  // Would catch: a device that was away, or takes an older stick, and is told that its own server contradicts itself.
  it('holds for any part of one chain, seen in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 12 }, (_, n) => n)), (order) => {
        const seen: ManifestLink[] = [];
        for (const n of order) {
          const next = link(n, n === 0 ? null : n - 1);
          expect(chainFault(seen, next)).toBeUndefined();
          seen.push(next);
        }
      }),
    );
  });

  // Would catch: two histories under one name, shown to one device each or one after the other.
  it('breaks where one manifest has two successors or the times go back', () => {
    const seen = [link(1, null), link(2, 1), link(3, 2)];
    expect(chainFault(seen, link(30, 2))).toContain('second');
    expect(chainFault(seen, link(4, 3, 3))).toContain('not later');
    expect(chainFault([link(3, 2)], link(2, 1, 9))).toContain('not earlier');
    expect(chainFault(seen, link(30, 2, 30, 'B'))).toBeUndefined();
    expect(chainFault(seen, link(3, 2))).toBeUndefined();
  });
});
