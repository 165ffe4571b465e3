import { ENTITIES, ENTITY_ORDER } from '../../../../../shared/domain/model';
import { AppError } from '../../../../../shared/errors/app-error';
import { type Manifest, namesRef, type SegmentRef } from '../../../../../shared/protocol/manifest';
import { hashOfNames } from '../../../../store/slice/reference-names';
import type { StoreCaller } from '../../../clients/store-client';
import type { Ingest } from '../../../workers/ingest-client';
import { forEachBounded } from '../bounded';
import { manifestHash } from '../manifest-hash';
import type { ProgressMeter } from '../progress';
import type { Remote } from '../remote';
import type { CachedPage, CacheIndex } from './cache-index';
import type { SegmentCache } from './segment-cache';

/** One is being read, one sealed, one applied. */
const IN_FLIGHT = 3;

export interface CacheLoadParts {
  readonly cache: SegmentCache;
  readonly remote: Pick<Remote, 'openManifest'>;
  readonly ingest: Ingest;
  readonly store: StoreCaller;
  readonly progress: ProgressMeter;
  readonly signal: AbortSignal;
}

/** What was loaded. */
export interface CacheLoaded {
  readonly manifest: Manifest;
  readonly envelope: unknown;
  readonly hasLate: boolean;
  /** Changes that this device had received are missing: the data end before them. */
  readonly isCut: boolean;
}

/**
 * Fills an empty store from the cache: base segments, proven against the signed manifest, then every
 * page up to the last one that leads to a signed checkpoint. Where a page is missing or damaged, all
 * data end at the checkpoint before it, so that nothing reads valid for want of a page. Null: there is
 * no cache. Throws EMERGENCY_CACHE_DAMAGED where even the base does not hold.
 */
export async function loadFromCache(parts: CacheLoadParts): Promise<CacheLoaded | null> {
  const { cache, remote } = parts;
  const { index } = cache;
  if (index === null) {
    if (cache.isDamaged) throw damaged('index');
    return null;
  }
  const opened = await remote.openManifest(index.envelope).catch(() => null);
  if (opened === null) throw damaged('manifest');
  const { manifest } = opened;
  // Names that the list does not sign are not shown: numbers stand in their place, and the status says why.
  const kept = await cache.reference();
  const reference = hashOfNames(kept) === namesRef(manifest)?.sha256 ? kept : null;
  if (manifest.cursor !== index.base.cursor || manifest.epoch !== index.epoch)
    throw damaged('manifest of another base');
  const load = new Load(parts, index, manifest, reference);
  let count = proven(index.pages, await load.readablePages());
  for (;;) {
    await load.base();
    const failedAt = await load.pages(count);
    if (failedAt === null) break;
    // Rows of the pages before it may already be ahead of a checkpoint: from the base again.
    count = proven(index.pages, failedAt);
  }
  const missingPages = index.pages.length - count;
  if (missingPages > 0) await cache.cut(count);
  const { envelope, hasLate, isBehind } = index;
  return { manifest, envelope, hasLate, isCut: isBehind || missingPages > 0 };
}

/** How many of the first `usable` pages end at a signed checkpoint. */
function proven(pages: readonly CachedPage[], usable: number): number {
  let count = Math.min(usable, pages.length);
  while (count > 0 && pages[count - 1]?.checkpoint === null) count--;
  return count;
}

class Load {
  constructor(
    private readonly parts: CacheLoadParts,
    private readonly index: CacheIndex,
    private readonly manifest: Manifest,
    private readonly reference: unknown,
  ) {}

  /** Number of pages before the first that is missing or damaged. */
  async readablePages(): Promise<number> {
    const { pages } = this.index;
    for (const [i, page] of pages.entries())
      if ((await this.parts.cache.read(page)) === null) return i;
    return pages.length;
  }

  async base(): Promise<void> {
    const { store, progress, signal } = this.parts;
    const { manifest, reference } = this;
    const { hasLate } = this.index;
    const { region, epoch } = manifest;
    const segments = manifest.segments.filter(({ entity }) => hasLate || !ENTITIES[entity].isLate);
    progress.enter('segments', {
      rows: segments.reduce((sum, { rows }) => sum + rows, 0),
      bytes: 0,
    });
    await store.call('loadBegin', {
      region,
      epoch,
      manifestHash: manifestHash(this.index.envelope),
    });
    for (const entity of ENTITY_ORDER) {
      const own = segments.filter((segment) => segment.entity === entity);
      await forEachBounded(own, IN_FLIGHT, signal, (ref) => this.segment(ref));
    }
    progress.enter('indexing');
    const stop = store.onEvent((event) => {
      if (event.event !== 'load-progressed') return;
      if (progress.current.phase !== event.phase) progress.enter(event.phase);
      progress.setRows(event.done, event.total);
    });
    try {
      const finished = await store.call('loadFinish', {
        checkpoint: manifest.base,
        signed: this.index.envelope,
        cursor: { region, epoch, rseq: manifest.base.rseq, cursor: manifest.cursor },
        referencePack: reference,
        withLate: hasLate,
      });
      if (!finished.isEqual) throw damaged('root');
    } finally {
      stop();
    }
  }

  private async segment(ref: SegmentRef): Promise<void> {
    const { cache, ingest, store, progress } = this.parts;
    const object = await cache.read(ref);
    if (object === null) throw damaged(ref.sha256);
    const isSealed = ENTITIES[ref.entity].private.length > 0;
    try {
      const sealed = isSealed ? (await ingest.segment(object, ref.rows)).sealed : null;
      const { rows } = await store.call('loadSegment', { sha256: ref.sha256, object, sealed });
      progress.addRows(rows);
    } catch (error) {
      const isShut = error instanceof AppError && error.code === 'SYNC_KEY_EPOCH';
      throw isShut ? damaged('keys out of force') : error;
    }
  }

  /** Applies the first pages; answers the number of the one that failed, null when all are in. */
  async pages(count: number): Promise<number | null> {
    const { cache, ingest, store, progress, signal } = this.parts;
    const pages = this.index.pages.slice(0, count);
    if (count > 0) progress.enter('changes', { rows: 0, bytes: 0 });
    for (const [i, page] of pages.entries()) {
      signal.throwIfAborted();
      try {
        const object = await cache.read(page);
        if (object === null) return i;
        const { sealed } = await ingest.page(object);
        const { checkpoint, envelope: signed } = page;
        const input = { page: object, sealed, checkpoint, signed };
        const { rows } = await store.call('applyPage', input);
        progress.addRows(rows);
      } catch (error) {
        if (isUnsound(error)) return i;
        throw error;
      }
    }
    return null;
  }
}

/** The page's fault, not the machine's. */
function isUnsound(error: unknown): boolean {
  const codes = ['SYNC_OBJECT_DAMAGED', 'SYNC_KEY_EPOCH', 'SYNC_ROOT_MISMATCH', 'SYNC_PROTOCOL'];
  return error instanceof AppError && codes.includes(error.code);
}

function damaged(detail: string): AppError {
  return new AppError('EMERGENCY_CACHE_DAMAGED', {}, detail);
}
