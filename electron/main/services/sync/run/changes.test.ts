import { describe, expect, it } from 'vitest';
import type { Checkpoint, Manifest } from '../../../../../shared/protocol/manifest';
import { makePage } from '../../../../store/test/fixture';
import { RunChanges } from './changes';
import type { RunCourse, SyncRunParts } from './run-parts';

const epoch = 'epoch-1';
const region = '11';

/** A slice at change number 1 that a check found different, with so many rows to be fetched again. */
function differing(rows: number, takesBulk: boolean) {
  const asked: number[] = [];
  const cursor = { epoch, region, rseq: 1, cursor: 'c1' };
  const checkpoint = { epoch, region, rseq: 1 } as Checkpoint;
  const wanted = [{ entity: 'person', ids: Array.from({ length: rows }, (_, i) => i + 1) }];
  const answers: Record<string, unknown> = {
    state: { cursor, checkpoint, lastVerify: { isEqual: false } },
    applyPage: { rows: 0, isEqual: true, cursor },
    repairBegin: { cursor, checkpoint, entities: [] },
    repairApply: { rows: 0 },
  };
  const call = async (name: string, input: { readonly name?: string }) => {
    if (name === 'factGet')
      return input.name === 'sync.repair-wanted' ? JSON.stringify(wanted) : null;
    return answers[name] ?? {};
  };
  const opened = {
    region,
    epoch,
    keyEpoch: 1,
    from: 1,
    to: 1,
    hasMore: false,
    cursor: 'c1',
    sealed: {},
  };
  const nothing = () => undefined;
  const parts = {
    region,
    takesBulk,
    store: { call },
    remote: {
      page: async () => ({ object: makePage({}, 1, 1), checkpoint, envelope: {} }),
      head: async () => ({ checkpoint, envelope: {} }),
    },
    line: {
      rows: async (_state: unknown, asks: readonly { readonly ids: readonly number[] }[]) => {
        for (const { ids } of asks) asked.push(ids.length);
        return makePage({}, 1, 1);
      },
    },
    ingest: { page: async () => opened },
    keeper: { expectPage: async () => nothing(), page: async () => nothing() },
    downloader: { timing: { nowMs: () => 0 }, received: 0 },
    progress: { enter: nothing, addBytes: nothing, addRows: nothing, setRows: nothing },
    signal: new AbortController().signal,
  } as unknown as SyncRunParts;
  const course: RunCourse = { rows: 0, latest: null, link: null, awaiting: null };
  const segments = [{ entity: 'person', rows: 100_000, bytes: 7_000_000 }];
  const manifest = { epoch, region, tiers: [], segments } as unknown as Manifest;
  const run = () => new RunChanges(parts, course).bringUpToDate(manifest);
  return { run, course, asked: () => asked.reduce((sum, count) => sum + count, 0) };
}

describe('a repair on a metered line', () => {
  // Would catch: most of an area fetched again on a line that costs by the byte, though nobody was asked.
  it('that is as much as a snapshot waits for a person', async () => {
    const { run, course, asked } = differing(30_000, false);
    await run();
    expect(asked()).toBe(0);
    expect(course.awaiting).toEqual({ rows: 30_000, bytes: 2_100_000 });
  });

  // Would catch: a few wrong rows that stay wrong until somebody consents, or a consent that changes nothing.
  it('is done at once where it is small or somebody consented', async () => {
    for (const [rows, takesBulk] of [
      [500, false],
      [30_000, true],
    ] as const) {
      const { run, course, asked } = differing(rows, takesBulk);
      await run();
      expect(asked()).toBe(rows);
      expect(course.awaiting).toBeNull();
    }
  });
});
