import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EndedExport, type EndParts, endExport } from './export-end';
import type { RunEnd } from './run-parts';

/** An export whose process never says a last word, and what its end does, in order. */
function deafExport() {
  const did: string[] = [];
  const parts = {
    store: { call: async () => undefined },
    jobs: {
      stop: async () => void did.push('process ended'),
    },
    admissions: { ledger: { free: async () => false, found: async () => null } },
    records: {
      keep: async (entry: { outcome: string }) => void did.push(`noted ${entry.outcome}`),
    },
    events: { emit: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    stagingDir: '/nowhere/exports-tmp',
  } as unknown as EndParts;
  const current = {
    admission: { intent: { scope: {}, purposeClass: 'other' } },
    seat: { leave: () => undefined },
    jobId: 'job',
    meta: { traceId: 'trace', requester: { badge: 'A1024' } },
    count: 1,
    run: { cancel: () => did.push('cancelled'), lastWord: () => new Promise<RunEnd>(() => {}) },
    exportIds: [],
  } as unknown as EndedExport;
  const lock = new AbortController();
  const end = () =>
    endExport(parts, current, { outcome: 'cancelled' }, () => undefined, lock.signal);
  return { did, lock, end };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the end of an export whose process hears nothing', () => {
  // Would catch: a lock that waits for a deaf process, or that leaves it writing behind the lock.
  it('ends the process within half a second of a lock, and is written down', async () => {
    const { did, lock, end } = deafExport();
    lock.abort();
    const ended = end();
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    await ended;
    expect(did).toEqual(['cancelled', 'process ended', 'noted cancelled']);
  });

  // Would catch: a lock amid the patience that somebody who cancels has.
  it('does so also when the lock comes while it waits', async () => {
    const { did, lock, end } = deafExport();
    const ended = end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(did).toEqual(['cancelled']);
    lock.abort();
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    await ended;
    expect(did).toEqual(['cancelled', 'process ended', 'noted cancelled']);
  });

  // Would catch: other jobs of the same process ended because somebody cancelled an export.
  it('leaves the process alone where nobody locks', async () => {
    const { did, end } = deafExport();
    const ended = end();
    await vi.advanceTimersByTimeAsync(6_000);
    vi.useRealTimers();
    await ended;
    expect(did).toEqual(['cancelled', 'noted cancelled']);
  });
});
