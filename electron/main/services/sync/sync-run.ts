import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import {
  type Checkpoint,
  type Manifest,
  ReferencePackSchema,
  type SegmentRef,
} from '../../../../shared/protocol/manifest';
import type { SliceState, SyncCursor } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { Ingest } from '../../workers/ingest-client';
import { pageHeader } from '../../workers/open-private';
import { REFERENCE_FACT } from '../tables/reference';
import { forEachBounded } from './bounded';
import type { CacheKeeper } from './cache/cache-keeper';
import type { CacheLoaded } from './cache/cache-load';
import type { Downloader } from './download';
import { chainFault, linkOf, type ManifestLink, readLinks, rememberLink } from './manifest-chain';
import { manifestHash } from './manifest-hash';
import type { ProgressMeter } from './progress';
import { readReached } from './reached';
import type { Remote, RemoteHead, RemoteManifest } from './remote';
import type { RepairLine } from './repair/repair-line';
import { repairSlice } from './repair/repair-run';
import { forgetWanted, readWanted } from './repair/wanted';
import { withRetries } from './retries';
import { applyTiers, isMissing } from './tiers/apply-tiers';

/** Segments in flight: one arriving, one being sealed, one being applied, one waiting. */
const SEGMENTS_IN_FLIGHT = 4;
/** Fact of the journal: the manifest of the last first load, written before its end: late segments are of it. */
const LATE_FACT = 'sync.late-manifest';
/** Fact of the journal: when the newest manifest seen was issued, UTC ms. */
export const MANIFEST_FACT = 'sync.manifest-issued';
/** Fact of the journal: the newest manifest seen, as it came. */
const MANIFEST_ENVELOPE_FACT = 'sync.manifest';

export interface SyncRunParts {
  readonly region: string;
  readonly remote: Remote;
  readonly line: RepairLine;
  readonly downloader: Downloader;
  readonly keeper: CacheKeeper;
  readonly ingest: Ingest;
  readonly store: StoreCaller;
  readonly progress: ProgressMeter;
  readonly signal: AbortSignal;
  /** False on a metered line without consent: snapshots and late segments stay where they are. */
  readonly takesBulk?: boolean;
  /** A stick may bring changes with a manifest older than the line has shown; it may not replace anything by it. */
  readonly isStick?: boolean;
  /** Rows here differ, and the stick brings a whole slice in their place. */
  readonly isMending?: boolean;
  /** What the slice says of itself was not the server's word when the run began: its rows are compared anew at the end. */
  readonly isDoubted?: boolean;
}

/** What a run did. */
export interface SyncRunResult {
  readonly rows: number;
  readonly isFirst: boolean;
  /** Left for a person's consent. */
  readonly awaiting: { readonly rows: number; readonly bytes: number } | null;
}

/**
 * One run: first load where there is no slice (or another epoch), then pages of changes until there are no more, then
 * the late segments that are missing. Every step can be repeated: what is applied stays,
 * what had arrived is continued. Throws documented codes.
 */
export class SyncRun {
  private rows = 0;
  /** Of the last page that came, applied or not. */
  private latest: RemoteHead | null = null;
  /** Of the manifest of this run, remembered once it has led to something. */
  private link: ManifestLink | null = null;

  constructor(private readonly parts: SyncRunParts) {}

  async run(): Promise<SyncRunResult> {
    const { store, progress, signal } = this.parts;
    const state = await store.call('state', {});
    progress.enter('manifest');
    const fresh = await this.freshManifest();
    const isMending = (this.parts.isMending ?? false) && !(await this.wouldStepBack(fresh));
    const isOther = state.cursor?.epoch !== fresh.manifest.epoch;
    const isFirst = !state.hasSlice || isOther || isMending;
    // Of the same history and not before what is here, a stick's takes nothing back.
    await this.demandNewer(fresh, state.hasSlice && (isOther || !this.parts.isStick));
    const { takesBulk = true } = this.parts;
    if (isFirst && !takesBulk) return this.left(true, totalsOf(fresh.manifest.segments));
    if (isFirst) await this.firstLoad(fresh);
    const late = takesBulk ? null : await this.lateWaiting(fresh);
    try {
      await this.withLate(fresh, () => this.bringUpToDate(fresh.manifest));
    } catch (error) {
      if (!needsSnapshot(error) || isFirst) throw error;
      if (!takesBulk) return this.left(false, totalsOf(fresh.manifest.segments));
      // The manifest may be of the history that the server has just given up.
      const newest = await this.freshManifest();
      const isBack = await this.wouldStepBack(newest);
      const isOnward = !isBack && state.cursor?.epoch === newest.manifest.epoch;
      await this.demandNewer(newest, !(this.parts.isStick && isOnward));
      // The present slice stays searchable until the new one is verified.
      if (!isBack) await this.firstLoad(newest);
      await this.withLate(newest, () => (isBack ? this.repair(null) : this.changes()));
    }
    if (this.link !== null) await rememberLink(store, this.link);
    const { cursor } = await store.call('state', {});
    if (cursor !== null && takesBulk) await this.parts.keeper.settle(cursor, fresh, signal);
    return this.left(isFirst, late);
  }

  private left(isFirst: boolean, awaiting: SyncRunResult['awaiting']): SyncRunResult {
    this.parts.progress.enter('done');
    return { rows: this.rows, isFirst, awaiting };
  }

  /** What a first load left for later, where a person has to consent first; null: nothing. */
  private async lateWaiting(fresh: RemoteManifest): Promise<SyncRunResult['awaiting']> {
    const { store } = this.parts;
    if ((await store.call('state', {})).isWhole) return null;
    const { manifest } = (await this.loadedBy(fresh)) ?? fresh;
    return totalsOf(manifest.segments.filter(({ entity }) => ENTITIES[entity].isLate));
  }

  /** The manifest that the slice was loaded by; null where neither the kept nor the present one is it. */
  private async loadedBy(fresh: RemoteManifest): Promise<RemoteManifest | null> {
    const { store, remote } = this.parts;
    const { loadedBy } = await store.call('state', {});
    if (manifestHash(fresh.envelope) === loadedBy) return fresh;
    const kept = parseJson((await store.call('factGet', { name: LATE_FACT })) ?? '');
    const isIt = kept !== null && manifestHash(kept) === (loadedBy ?? manifestHash(kept));
    return isIt ? remote.openManifest(kept) : null;
  }

  /** The server's present manifest; one that this device has seen is not sent again. */
  private async freshManifest(): Promise<RemoteManifest> {
    const { store, remote, signal } = this.parts;
    const kept = await store.call('factGet', { name: MANIFEST_ENVELOPE_FACT });
    if (!remote.hasManifest && kept !== null) await remote.takeUp(parseJson(kept));
    const fresh = await this.again(() => remote.manifest(signal));
    const link = linkOf(fresh.manifest, manifestHash(fresh.envelope));
    const fault = chainFault(await readLinks(store), link);
    if (fault !== undefined) throw new AppError('SYNC_CHAIN_BROKEN', {}, fault);
    this.link = link;
    const value = JSON.stringify(fresh.envelope);
    if (value !== kept) await store.call('factSet', { name: MANIFEST_ENVELOPE_FACT, value });
    return fresh;
  }

  /**
   * A slice is never replaced from a manifest older than one it has seen: a replayed one would bring
   * revoked certificates back to life.
   */
  private async demandNewer({ manifest }: RemoteManifest, isStrict: boolean): Promise<void> {
    const { store } = this.parts;
    const seenMs = Number(await store.call('factGet', { name: MANIFEST_FACT }));
    if (isStrict && manifest.issuedMs < seenMs) {
      throw new AppError('SYNC_ROLLED_BACK', {}, 'manifest older than one seen before');
    }
    const newestMs = Math.max(manifest.issuedMs, isStrict ? 0 : seenMs);
    await store.call('factSet', { name: MANIFEST_FACT, value: String(newestMs) });
  }

  /** A snapshot from before what was applied already would bring revoked certificates back to life. */
  private async wouldStepBack({ manifest }: RemoteManifest): Promise<boolean> {
    const { cursor } = await this.parts.store.call('state', {});
    const { epoch, base } = manifest;
    return cursor !== null && cursor.epoch === epoch && base.rseq < cursor.rseq;
  }

  private async firstLoad({ manifest, envelope }: RemoteManifest): Promise<void> {
    const { store, progress } = this.parts;
    progress.markFirst();
    const segments = manifest.segments.filter(({ entity }) => !ENTITIES[entity].isLate);
    progress.enter('segments', totalsOf(segments));
    const reference = await this.referencePack(manifest);
    const { region, epoch } = manifest;
    const begun = await store.call('loadBegin', {
      region,
      epoch,
      manifestHash: manifestHash(envelope),
    });
    const applied = new Set(begun.appliedSegments);
    const wanted = await readWanted(store);
    await this.eachSegment(segments, applied, manifest, (ref, object) =>
      this.load(ref, object, manifest),
    );
    this.parts.signal.throwIfAborted();
    // Before the end, which puts the file in place and does more: cut off there, the slice is known by its manifest
    // to be of these. Where it is not put in place they are of no slice, and nothing comes of them.
    await store.call('factSet', { name: LATE_FACT, value: JSON.stringify(envelope) });
    await store.call('factSet', { name: REFERENCE_FACT, value: JSON.stringify(reference) });
    progress.enter('indexing');
    const unsubscribe = store.onEvent((event) => {
      if (event.event !== 'load-progressed') return;
      if (progress.current.phase !== event.phase) progress.enter(event.phase);
      progress.setRows(event.done, event.total);
    });
    try {
      const finished = await store.call('loadFinish', {
        checkpoint: manifest.base,
        signed: envelope,
        cursor: { region, epoch, rseq: manifest.base.rseq, cursor: manifest.cursor },
        referencePack: reference,
        withLate: false,
      });
      if (!finished.isEqual) {
        // The same file would fail the same way again: the objects that are here fill another one.
        await store.call('loadAbort', {});
        throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 });
      }
    } finally {
      unsubscribe();
    }
    await forgetWanted(store, wanted);
    await this.parts.keeper.base({ manifest, envelope }, reference, segments);
    for (const ref of segments) await this.parts.downloader.drop(ref);
  }

  /**
   * Changes first: a revocation does not wait for what takes long. A stick has no server that could mend what changed
   * before it was here, and all of it is at hand: there the late rows come first.
   */
  private async withLate(fresh: RemoteManifest, changes: () => Promise<void>): Promise<void> {
    const { isStick = false, takesBulk = true } = this.parts;
    if (isStick && (await this.wouldStepBack(fresh))) return this.aroundChanges(fresh, changes);
    if (isStick) await this.late(fresh).catch(unlessNotBrought);
    await changes();
    if (takesBulk && !isStick) await this.late(fresh);
  }

  /**
   * A stick's base is behind the slice: its late rows are of before what was applied already, and a whole load would take
   * that back. They count as complete only after the stick's changes, which fit most of them; what differs then is noted,
   * and is mended over the line or by a later stick.
   */
  private async aroundChanges(
    { manifest }: RemoteManifest,
    changes: () => Promise<void>,
  ): Promise<void> {
    const isMissingLate = !(await this.parts.store.call('state', {})).isWhole;
    const segments = isMissingLate
      ? await this.lateSegments(manifest).catch(unlessNotBrought)
      : undefined;
    await changes();
    if (segments !== undefined) await this.sealLate(manifest, segments);
  }

  /**
   * Events, training, exams, attachments: after the certificates are usable. Of the load's own manifest, so that what
   * arrived already counts; where nobody knows it any more, or its objects are gone, of the present one: rows of another
   * moment are found by the comparison like all that changed meanwhile.
   */
  private async late(fresh: RemoteManifest): Promise<void> {
    if ((await this.parts.store.call('state', {})).isWhole) return;
    const loadedBy = (await this.loadedBy(fresh)) ?? fresh;
    try {
      await this.lateOf(loadedBy);
    } catch (error) {
      if (loadedBy === fresh || this.parts.isStick || !isMissing(error)) throw error;
      await this.lateOf(fresh);
    }
  }

  private async lateOf({ manifest }: RemoteManifest): Promise<void> {
    const { store, isStick } = this.parts;
    const isEqual = await this.sealLate(manifest, await this.lateSegments(manifest));
    if (isEqual !== false) return;
    // What a full stick brings is as near as what would mend it.
    if (isStick) throw new AppError('SYNC_CURSOR_REFUSED', {}, 'late rows');
    const { cursor } = await store.call('state', {});
    await this.repair(this.latest?.checkpoint.rseq === cursor?.rseq ? this.latest : null);
  }

  /** Puts in the manifest's late segments that are not in yet. */
  private async lateSegments(manifest: Manifest): Promise<readonly SegmentRef[]> {
    const { store, progress } = this.parts;
    const segments = manifest.segments.filter(({ entity }) => ENTITIES[entity].isLate);
    progress.enter('late', totalsOf(segments));
    await this.eachSegment(segments, new Set(), manifest, async (ref, object) => {
      const { rows } = await store.call('lateSegment', { sha256: ref.sha256, object });
      return rows;
    });
    return segments;
  }

  /** All of them are in. False: rows differ from the state that the slice stands at; null: it stands at none. */
  private async sealLate(
    manifest: Manifest,
    segments: readonly SegmentRef[],
  ): Promise<boolean | null> {
    const { store, keeper, downloader } = this.parts;
    const { isEqual } = await store.call('lateFinish', {});
    await store.call('factSet', { name: LATE_FACT, value: '' });
    await keeper.late({ manifest }, segments);
    for (const ref of segments) await downloader.drop(ref);
    return isEqual;
  }

  private async eachSegment(
    segments: readonly SegmentRef[],
    applied: ReadonlySet<string>,
    manifest: Manifest,
    apply: (ref: SegmentRef, object: Uint8Array) => Promise<number>,
  ): Promise<void> {
    const { downloader, progress, signal } = this.parts;
    for (const entity of ENTITY_ORDER) {
      const own = segments.filter((segment) => segment.entity === entity);
      await forEachBounded(own, SEGMENTS_IN_FLIGHT, signal, async (ref, inner) => {
        if (applied.has(ref.sha256)) {
          progress.addRows(ref.rows);
          return;
        }
        const rows = await withRetries(
          downloader.timing,
          inner,
          async () => apply(ref, await downloader.fetch(ref, inner)),
          () => downloader.received,
        );
        if (rows !== ref.rows) throw damaged(ref.sha256, `${rows} rows of ${manifest.epoch}`);
        this.rows += rows;
        progress.addRows(rows);
      });
    }
  }

  private async load(ref: SegmentRef, object: Uint8Array, manifest: Manifest): Promise<number> {
    const segment = await this.parts.ingest.segment(object, ref.rows);
    const isListed =
      segment.entity === ref.entity &&
      segment.rows === ref.rows &&
      segment.region === manifest.region &&
      segment.keyEpoch === manifest.keyEpoch;
    if (!isListed) throw damaged(ref.sha256, 'header differs from the manifest');
    const { sealed } = segment;
    const { sha256 } = ref;
    return (await this.parts.store.call('loadSegment', { sha256, object, sealed })).rows;
  }

  /** Changes, and where rows turn out not to be the server's, the repair of their buckets alone. */
  private async bringUpToDate(manifest: Manifest): Promise<void> {
    const { store } = this.parts;
    const { isEqual = true } = (await store.call('state', {})).lastVerify ?? {};
    try {
      // A stick brings its own pages in the place of tiers.
      if (!this.parts.isStick) this.rows += await applyTiers(this.parts, manifest);
      await this.changes();
      // Digests that are at hand in memory say nothing of a file that somebody else wrote.
      if (this.parts.isDoubted) await store.call('verify', { mode: 'quick' });
      const state = await store.call('state', {});
      // Found different by a check, and not by the pages that came since, which touch other rows.
      // A server behind the slice is one that was put back, or the slice's cursor says what is not so.
      const isAhead = (state.cursor?.rseq ?? 0) > (this.latest?.checkpoint.rseq ?? 0);
      const isStray = isAhead && !this.parts.isStick;
      const isSound = isEqual && (state.lastVerify?.isEqual ?? true) && !isStray;
      if (isSound && (await readWanted(store)).length === 0) return;
      // What the slice says of its own checkpoint is no proof: the one that just came is.
      const isThere = this.latest?.checkpoint.rseq === state.cursor?.rseq;
      await this.repair(isThere ? this.latest : null);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SYNC_ROOT_MISMATCH') throw error;
      await this.repair(this.latest);
    }
  }

  private async repair(known: RemoteHead | null): Promise<void> {
    const { store } = this.parts;
    const wanted = await readWanted(store);
    const reached = await readReached(store);
    this.rows += (await repairSlice(this.parts, known, wanted, reached)).rows;
    await forgetWanted(store, wanted);
  }

  /** Pages until the server has no more. The last one's checkpoint proves all of them. */
  private async changes(): Promise<void> {
    const { store, remote, ingest, progress, signal } = this.parts;
    progress.enter('changes', { rows: 0, bytes: 0 });
    let cursor = cursorOf(await store.call('state', {}));
    for (let hasMore = true; hasMore; ) {
      signal.throwIfAborted();
      const page = await this.again(() => remote.page(cursor.cursor, signal));
      progress.addBytes(page.object.length);
      const opened = await ingest.page(page.object);
      const isNext = opened.region === cursor.region && opened.epoch === cursor.epoch;
      // A page of a stick may begin before the cursor, as a part of a tier may; one that begins after what it was asked
      // for says that the slice's cursor is not what the server gave.
      if (isNext && opened.from > cursor.rseq && !this.parts.isStick)
        throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 }, `page from ${opened.from}`);
      if (!isNext || opened.from > cursor.rseq)
        throw new AppError('SYNC_PROTOCOL', {}, `page from ${opened.from}`);
      ({ hasMore } = opened);
      if (hasMore && opened.to <= cursor.rseq)
        throw new AppError('SYNC_PROTOCOL', {}, 'no advance');
      const { checkpoint, envelope } = page;
      this.latest = checkpoint === null ? null : { checkpoint, envelope };
      if (
        checkpoint !== null &&
        (checkpoint.rseq !== opened.to || checkpoint.epoch !== opened.epoch)
      ) {
        throw new AppError('SYNC_SIGNATURE_BAD', {}, 'checkpoint of another state');
      }
      // Without a checkpoint the last page would be unproven; the server must add one.
      if (!hasMore && checkpoint === null) throw new AppError('SYNC_PROTOCOL', {}, 'no checkpoint');
      const { sealed } = opened;
      if (opened.to > opened.from) await this.parts.keeper.expectPage();
      // What was proven later is not taken back by an older signature over the same state.
      if (this.parts.isStick && (await this.isProvenSince(checkpoint, opened.from))) return;
      const input = { page: page.object, sealed, checkpoint, signed: envelope };
      const applied = await store.call('applyPage', input);
      if (applied.isEqual === false) throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 });
      const { from, to } = opened;
      await this.parts.keeper.page({
        object: page.object,
        from,
        to,
        since: pageHeader(page.object).since,
        cursor: opened.cursor,
        checkpoint,
        envelope,
      });
      cursor = applied.cursor;
      this.rows += applied.rows;
      progress.addRows(applied.rows);
    }
  }

  /** A page without news, and the state that it ends at stands here already, signed by the server no earlier. */
  private async isProvenSince(brought: Checkpoint | null, from: number): Promise<boolean> {
    if (brought === null || brought.rseq !== from || (this.parts.isDoubted ?? false)) return false;
    const { cursor, checkpoint } = await this.parts.store.call('state', {});
    const isThere = cursor?.epoch === brought.epoch && cursor.rseq === brought.rseq;
    return isThere && checkpoint?.root === brought.root && checkpoint.issuedMs >= brought.issuedMs;
  }

  private again<T>(act: () => Promise<T>): Promise<T> {
    const { downloader, signal } = this.parts;
    return withRetries(downloader.timing, signal, act, () => downloader.received);
  }

  private async referencePack(manifest: Manifest): Promise<unknown> {
    const { downloader, signal } = this.parts;
    const ref = manifest.packs.find(({ kind }) => kind === 'reference');
    if (ref === undefined) throw new AppError('SYNC_PROTOCOL', {}, 'no reference pack');
    const bytes = await this.again(() => downloader.fetch(ref, signal));
    const parsed = ReferencePackSchema.safeParse(parseJson(bytes));
    if (!parsed.success) throw damaged(ref.sha256, 'reference pack');
    await downloader.drop(ref);
    return parsed.data;
  }
}

/** A stick of changes brings no late rows: the line does, later. */
function unlessNotBrought(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'BUNDLE_NEEDS_FULL') throw error;
}

function parseJson(bytes: Buffer | string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function damaged(sha256: string, detail: string): AppError {
  return new AppError('SYNC_OBJECT_DAMAGED', { object: sha256.slice(0, 12) }, detail);
}

function cursorOf(state: SliceState): SyncCursor {
  if (state.cursor === null) throw new AppError('SLICE_EMPTY');
  return state.cursor;
}

function totalsOf(segments: readonly { rows: number; bytes: number; entity: Entity }[]) {
  const sum = { rows: 0, bytes: 0 };
  for (const { rows, bytes } of segments) {
    sum.rows += rows;
    sum.bytes += bytes;
  }
  return sum;
}

/** After a load from the cache: the facts that a load over the line leaves. */
export async function rememberLoad(
  store: StoreCaller,
  loaded: Pick<CacheLoaded, 'manifest' | 'envelope' | 'reference' | 'hasLate'>,
): Promise<void> {
  const set = (name: string, value: string) => store.call('factSet', { name, value });
  await set(MANIFEST_FACT, String(loaded.manifest.issuedMs));
  await set(REFERENCE_FACT, JSON.stringify(loaded.reference));
  await set(LATE_FACT, loaded.hasLate ? '' : JSON.stringify(loaded.envelope));
}

/** The server knows our history no more: there is nothing to compare with, and a verified snapshot comes. */
function needsSnapshot(error: unknown): boolean {
  return error instanceof AppError && error.code === 'SYNC_CURSOR_REFUSED';
}
