import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Manifest } from '../../../../../shared/protocol/manifest';
import { applyTiers, type TierParts } from './apply-tiers';

describe('applyTiers', () => {
  // Would catch: half a year of revocations that come as tiers waiting behind whatever else is on the line.
  it('fetches changes as changes, not as bulk', async () => {
    const asked: unknown[] = [];
    const epoch = 'e';
    const part = { sha256: 'a'.repeat(64), bytes: 10, rows: 5, to: 90_000 };
    const manifest = { epoch, region: '11', tiers: [{ from: 0, to: 90_000, parts: [part] }] };
    const parts = {
      downloader: {
        timing: { nowMs: () => 0, random: () => 0, sleep: async () => undefined },
        received: 0,
        fetch: async (_ref: unknown, _signal: unknown, priority: unknown) => {
          asked.push(priority);
          throw new AppError('SYNC_OBJECT_DAMAGED', { object: '' }, 'far enough');
        },
      },
      progress: { enter: () => undefined },
      store: {
        call: async () => ({ cursor: { epoch, rseq: 1 }, checkpoint: { epoch, rseq: 1 } }),
      },
      signal: new AbortController().signal,
    } as unknown as TierParts;
    expect(await applyTiers(parts, manifest as unknown as Manifest)).toBe(0);
    expect(new Set(asked)).toEqual(new Set(['delta']));
  });
});
