import { join } from 'node:path';
import type { StoreCaller } from '../../../electron/main/clients/store-client';
import { CacheKeeper } from '../../../electron/main/services/sync/cache/cache-keeper';
import { SegmentCache } from '../../../electron/main/services/sync/cache/segment-cache';
import { Downloader } from '../../../electron/main/services/sync/download';
import { ProgressMeter } from '../../../electron/main/services/sync/progress';
import { RepairLine } from '../../../electron/main/services/sync/repair/repair-line';
import { SyncRun } from '../../../electron/main/services/sync/run/sync-run';
import type { StoreCallName, StoreCalls } from '../../../electron/store/protocol';
import { objectPath } from '../../../shared/protocol/endpoints';
import type { OpenDesk } from './desk';

/** When each call to the store was made and answered, ms since the run began. */
export interface CallTimes {
  readonly name: StoreCallName;
  readonly startMs: number;
  readonly endMs: number;
}

export interface MeasuredSync {
  readonly rows: number;
  readonly totalMs: number;
  readonly calls: readonly CallTimes[];
  /** Pages as they came, for counting what was in them. */
  readonly pages: readonly Uint8Array[];
}

/** Called right after a call to the store was answered; the run waits for it. */
export type AfterCall = (name: StoreCallName) => Promise<void> | void;

class WatchedStore implements StoreCaller {
  readonly times: CallTimes[] = [];
  readonly pages: Uint8Array[] = [];
  private readonly began = performance.now();

  constructor(
    private readonly store: StoreCaller,
    private readonly afterCall: AfterCall,
  ) {}

  async call<C extends StoreCallName>(name: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]> {
    const startMs = performance.now() - this.began;
    if (name === 'applyPage') this.pages.push((input as StoreCalls['applyPage'][0]).page);
    const answer = await this.store.call(name, input);
    this.times.push({ name, startMs, endMs: performance.now() - this.began });
    await this.afterCall(name);
    return answer;
  }

  onEvent(listener: Parameters<StoreCaller['onEvent']>[0]): () => void {
    return this.store.onEvent(listener);
  }
}

/** One run of the product's own synchronisation, with the times of its steps. */
export async function syncMeasured(
  open: OpenDesk,
  afterCall: AfterCall = () => undefined,
): Promise<MeasuredSync> {
  const { desk, access } = open;
  const start = performance.now();
  const store = new WatchedStore(open.store, afterCall);
  const progress = new ProgressMeter('bench', Date.now, () => undefined);
  const ingest = await open.startIngest();
  // As in the product: what was received moves into the emergency reader's cache.
  const cache = await SegmentCache.open(desk.paths.segments, desk.keys.copy('region'));
  const incomingDir = join(desk.paths.officeDir, 'incoming');
  try {
    const downloader = new Downloader(access.line, incomingDir, objectPath, (bytes) =>
      progress.addBytes(bytes),
    );
    const { remote } = access;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const nowMs = Date.now;
    const keeper = new CacheKeeper({ cache, remote, downloader, incomingDir, nowMs, log });
    const { rows } = await new SyncRun({
      region: desk.office.office.region,
      remote,
      line: new RepairLine(access.line, (bytes) => progress.addBytes(bytes)),
      downloader,
      keeper,
      ingest,
      store,
      progress,
      signal: new AbortController().signal,
    }).run();
    return { rows, totalMs: performance.now() - start, calls: store.times, pages: store.pages };
  } finally {
    cache.close();
    await ingest.end();
  }
}
