import { AppError } from '../../../../../shared/errors/app-error';
import { objectPath } from '../../../../../shared/protocol/endpoints';
import type { KeyRing } from '../../../../crypto/key-ring';
import { type Ingest, startIngest } from '../../../workers/ingest-client';
import { ingestKeys, zeroIngestKeys } from '../../unlock/key-copies';
import { CacheKeeper } from '../cache/cache-keeper';
import { fillFromCache } from '../cache/fill-from-cache';
import { openCache } from '../cache/open-cache';
import type { CacheFacts, SegmentCache } from '../cache/segment-cache';
import { Downloader } from '../download';
import { RepairLine } from '../repair/repair-line';
import { rememberLoad } from '../run/manifests';
import type { SyncRunResult } from '../run/run-parts';
import { SyncRun } from '../run/sync-run';
import type { SliceProofs } from './slice-proofs';
import type { RunParts, SyncParts } from './sync-parts';

/** What brings data into the slice: a run over the line or a stick, or the cache in an emergency. */
export class SliceFills {
  /** Emergency: changes that this device had received could not be read, until they are received again. */
  isCut = false;

  constructor(
    private readonly parts: SyncParts,
    private readonly proofs: SliceProofs,
    private readonly nowMs: () => number,
    private readonly tellChanged: () => Promise<void>,
  ) {}

  /** One run to its end. Throws documented codes. */
  async run(run: RunParts, isStick: boolean): Promise<SyncRunResult> {
    const { keys } = run.session;
    // The worker last: it holds keys, and nobody would end it where one of the others fails.
    const cache = await openCache(this.parts.cacheDir, keys);
    try {
      const ingest = await this.startIngest(keys);
      return await this.runWith(run, isStick, cache, ingest).finally(() => ingest.end());
    } finally {
      cache.close();
    }
  }

  private async runWith(
    run: RunParts,
    isStick: boolean,
    cache: SegmentCache,
    ingest: Ingest,
  ): Promise<SyncRunResult> {
    const { session, access, signal, progress, takesBulk, isMending = false } = run;
    const { store, incomingDir, log } = this.parts;
    const downloader = new Downloader(access.line, incomingDir, objectPath, (bytes) =>
      progress.addBytes(bytes),
    );
    const { region } = session.office.office;
    const { remote } = access;
    const keeper = new CacheKeeper({
      cache,
      remote,
      downloader,
      incomingDir,
      nowMs: () => this.nowMs(),
      log,
      isInForce: (keyEpoch) => session.keys.transportEpochs.includes(keyEpoch),
    });
    const line = new RepairLine(access.line, (bytes) => progress.addBytes(bytes));
    const parts = { region, remote, line, downloader, keeper, ingest, store, progress, signal };
    const isDoubted = await this.proofs.isDoubted();
    const areMovesEqual = async () => (await this.proofs.moves()) === 'equal';
    const newestKeys = () => session.keys.transportEpochs.at(-1) ?? 0;
    const how = { takesBulk, isStick, isMending, isDoubted, areMovesEqual, newestKeys };
    const result = await new SyncRun({ ...parts, ...how }).run();
    this.isCut = false;
    await this.proofs.learnTime();
    return result;
  }

  /** Emergency: fills the slice in memory. Answers why it is still empty, which counts while there is no line. */
  async fromCache({ session, access, signal, progress }: RunParts): Promise<AppError | null> {
    const { store, log, cacheDir } = this.parts;
    const { remote } = access;
    if ((await store.call('state', {})).hasSlice) return null;
    const ingest = await this.startIngest(session.keys);
    try {
      const parts = { cacheDir, remote, ingest, store, progress, signal, log };
      const filled = await fillFromCache(session, parts);
      if (filled instanceof AppError) return filled;
      this.isCut = filled.isCut;
      await rememberLoad(store, filled);
      await this.proofs.learnTime();
      await this.tellChanged();
      return null;
    } finally {
      await ingest.end();
    }
  }

  /** What the emergency reader would be filled with here; null where there is none, or without the key to tell. */
  async cacheFacts(): Promise<CacheFacts | null> {
    const { keys } = this.parts.sessions.demand();
    if (!keys.has('region')) return null;
    const cache = await openCache(this.parts.cacheDir, keys);
    try {
      return cache.facts();
    } finally {
      cache.close();
    }
  }

  private async startIngest(keys: KeyRing): Promise<Ingest> {
    const copies = ingestKeys(keys);
    try {
      return await startIngest(this.parts.startIngest, copies, this.parts.counters);
    } finally {
      zeroIngestKeys(copies);
    }
  }
}
