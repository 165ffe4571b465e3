import {
  namesRef,
  ReferencePackSchema,
  type SegmentRef,
} from '../../../../../shared/protocol/manifest';
import type { SyncCursor } from '../../../../store/protocol';
import { pageHeader } from '../../../workers/open-private';
import type { NowMs, ServiceLog } from '../../ports';
import type { Downloader } from '../download';
import type { Remote, RemoteManifest } from '../remote';
import { withRetries } from '../retries';
import type { PageToKeep, SegmentCache } from './segment-cache';

/** Pages that may follow the merged ones before the server is asked to merge them too. */
const MANY_PAGES = 256;
const DAY_MS = 86_400_000;
/** Pages that are exchanged for merged ones are held at once. */
const MERGE_BYTES = 64 * 1024 * 1024;

export interface KeeperParts {
  readonly cache: SegmentCache;
  readonly remote: Remote;
  readonly downloader: Downloader;
  /** Where the downloader puts whole objects. */
  readonly incomingDir: string;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
  /** Whether objects under these keys of the region can be opened here. */
  isInForce?(keyEpoch: number): boolean;
  /** Fewer than the policy's: for tests. */
  readonly manyPages?: number;
  /** As above. */
  readonly mergeBytes?: number;
}

/**
 * Keeps the cache of received objects in step with the slice. It is a copy for emergencies: its failures
 * are logged and never those of the synchronisation. What it could not take is fetched by `settle`.
 */
export class CacheKeeper {
  constructor(private readonly parts: KeeperParts) {}

  /** A first load is in place; its objects move into the cache. */
  base(
    { manifest, envelope }: RemoteManifest,
    reference: unknown,
    segments: readonly SegmentRef[],
  ): Promise<void> {
    return this.quietly(async () => {
      const { cache, nowMs } = this.parts;
      if (await this.takeAll(segments))
        await cache.begin(envelope, manifest, reference, {
          hasLate: false,
          isBehind: false,
          nowMs: nowMs(),
        });
    });
  }

  /** The late segments of the base are in too. */
  late({ manifest }: Pick<RemoteManifest, 'manifest'>, segments: readonly SegmentRef[]) {
    return this.quietly(async () => {
      if (await this.takeAll(segments)) await this.parts.cache.addLate(manifest);
    });
  }

  /** A page is about to be applied: from now on the cache may be behind. */
  expectPage(): Promise<void> {
    const { cache } = this.parts;
    return this.quietly(async () => {
      try {
        await cache.expectPage();
      } catch (error) {
        // A cache that cannot be marked would pass for current: better none.
        await cache.forget();
        throw error;
      }
    });
  }

  /** A page was applied. */
  page(page: PageToKeep): Promise<void> {
    return this.quietly(async () => void (await this.parts.cache.addPage(page)));
  }

  /** At the end of a run: fetches what is missing, and has the server merge what became too much. */
  settle(slice: SyncCursor, fresh: RemoteManifest, signal: AbortSignal): Promise<void> {
    return this.quietly(async () => {
      const { cache, nowMs } = this.parts;
      await cache.sweep();
      const { end } = cache;
      const { isInForce = () => true } = this.parts;
      // Former keys are gone: nothing opens this base any more.
      const isShut = cache.keyEpoch !== null && !isInForce(cache.keyEpoch);
      const isOther = end === null || end.epoch !== slice.epoch || cache.index?.hasLate === false;
      if (end === null || isOther || isShut) {
        await this.rebase(fresh, signal);
        return;
      }
      if (end.rseq < slice.rseq || cache.index?.isBehind) await this.catchUp(end.cursor, signal);
      const { index } = cache;
      if (index === null) return;
      const { manyPages = MANY_PAGES } = this.parts;
      if (index.pages.length - index.merged > manyPages)
        await this.merge(index.merged, fresh, signal);
      if (!cache.isOverBudget || nowMs() - index.mergedMs < DAY_MS) return;
      if (fresh.manifest.base.rseq > index.base.rseq) await this.rebase(fresh, signal);
      else await this.merge(0, fresh, signal);
    });
  }

  private async takeAll(segments: readonly SegmentRef[]): Promise<boolean> {
    const { cache, incomingDir } = this.parts;
    let isWhole = true;
    for (const ref of segments) isWhole = (await cache.take(ref, incomingDir)) && isWhole;
    return isWhole;
  }

  /** Pages until the server has no more, merged to their net effect; `isBehind`: more follow. */
  private async *pagesFrom(cursor: string, signal: AbortSignal): AsyncGenerator<PageToKeep> {
    for (let next = cursor, isBehind = true; isBehind; ) {
      const at = next;
      const { object, checkpoint, envelope } = await this.again(signal, () =>
        this.parts.remote.page(at, signal),
      );
      const { from, to, cursor: after, hasMore } = pageHeader(object);
      next = after;
      isBehind = hasMore && to > from;
      yield { object, from, to, cursor: after, checkpoint, envelope, isBehind };
    }
  }

  /** One page after the other: however many there are, one is in memory. */
  private async catchUp(cursor: string, signal: AbortSignal): Promise<void> {
    for await (const page of this.pagesFrom(cursor, signal)) await this.parts.cache.addPage(page);
  }

  private async merge(at: number, fresh: RemoteManifest, signal: AbortSignal): Promise<void> {
    const { cache, nowMs, mergeBytes = MERGE_BYTES } = this.parts;
    const { index } = cache;
    if (index === null) return;
    const cursor = index.pages[at - 1]?.cursor ?? index.base.cursor;
    const pages: PageToKeep[] = [];
    let bytes = 0;
    for await (const page of this.pagesFrom(cursor, signal)) {
      bytes += page.object.length;
      // More than memory should hold at once: the server's present base has them all in it.
      if (bytes > mergeBytes) return this.rebase(fresh, signal);
      pages.push(page);
    }
    await cache.merge(at, pages, nowMs());
  }

  /** Takes the server's present base in the place of ours; segments that are here already stay. */
  private async rebase(fresh: RemoteManifest, signal: AbortSignal): Promise<void> {
    const { cache, downloader, incomingDir, nowMs } = this.parts;
    const { manifest, envelope } = fresh;
    for (const ref of manifest.segments) {
      if ((await cache.read(ref)) !== null) continue;
      await this.again(signal, () => downloader.fetch(ref, signal));
      await cache.take(ref, incomingDir);
    }
    const pack = namesRef(manifest);
    if (pack === undefined) return;
    const bytes = await this.again(signal, () => downloader.fetch(pack, signal));
    await downloader.drop(pack);
    const reference = ReferencePackSchema.parse(JSON.parse(bytes.toString('utf8')));
    await cache.begin(envelope, manifest, reference, {
      hasLate: true,
      isBehind: true,
      nowMs: nowMs(),
    });
    await this.catchUp(manifest.cursor, signal);
  }

  private again<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const { downloader } = this.parts;
    return withRetries(downloader.timing, signal, act, () => downloader.received);
  }

  private async quietly(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.parts.log.warn('segment cache not kept', { detail: String(error) });
    }
  }
}
