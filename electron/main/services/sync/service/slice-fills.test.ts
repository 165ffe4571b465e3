import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SliceFills } from './slice-fills';
import type { SliceProofs } from './slice-proofs';
import type { RunParts, SyncParts } from './sync-parts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fills-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a run', () => {
  // Would catch: a worker with keys left behind by every run that finds no room for the cache.
  it('starts no worker before it has what the worker is for', async () => {
    writeFileSync(join(folder, 'file'), '');
    let started = 0;
    const parts = {
      // A disk that takes no folder.
      cacheDir: join(folder, 'file', 'segments'),
      startIngest: () => {
        started++;
        throw new Error('started');
      },
    } as unknown as SyncParts;
    const nothing = async () => undefined;
    const fills = new SliceFills(parts, {} as SliceProofs, Date.now, nothing);
    const keys = {
      copy: () => new Uint8Array(32).fill(5),
      peek: () => new Uint8Array(32).fill(5),
      packedTransport: () => new Uint8Array(36),
      has: () => true,
    };
    const run = { session: { keys } } as unknown as RunParts;
    await expect(fills.run(run, false)).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(started).toBe(0);
  });
});
