import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ENTITIES } from '../../../../../shared/domain/model';
import type { Checkpoint, Manifest } from '../../../../../shared/protocol/manifest';
import { openGcm, sealGcm } from '../../../../crypto/aead';
import { diskError } from '../../../../platform/atomic-write';
import {
  type CachedPage,
  type CacheIndex,
  type CacheObject,
  cacheKey,
  readCacheIndex,
  writeCacheIndex,
} from './cache-index';

const INDEX = 'index';
const PACK_AAD = 'fieldcert segment cache reference v1';
/** Pages may take half as much as the base before they are merged, and as much as a small office needs. */
const PAGE_SHARE = 0.5;
const LEAST_PAGE_BYTES = 4 * 1024 * 1024;
/** Beyond it the cache takes no more, and what is read from it is as old as its last page. */
const HARD_SHARE = 2;

/** As much of a manifest's envelope as the cache asks for; the index that it lies in is authenticated. */
const EnvelopeSchema = z.object({
  payload: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.object({ keyEpoch: z.number() })),
});

/** Where the cached data end. */
export interface CacheEnd {
  readonly epoch: string;
  readonly rseq: number;
  readonly cursor: string;
}

/** What the cache would show, and what it takes. */
export interface CacheFacts {
  readonly asOfMs: number | null;
  readonly isBehind: boolean;
  readonly bytes: number;
  readonly pages: number;
}

/** A page with what its header says. */
export interface PageToKeep {
  readonly object: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly cursor: string;
  readonly checkpoint: Checkpoint | null;
  /** The envelope that signs the checkpoint, where there is one. */
  readonly envelope?: unknown;
  /** Of a part of a tier: where the tier begins. */
  readonly since?: number | undefined;
  /** The slice holds more pages after this one. */
  readonly isBehind?: boolean;
}

/**
 * The received objects of the present slice, still encrypted as they came: base segments and every page
 * since, in order. Objects are named by their SHA-256; one sealed index names them and is replaced after
 * they are on the disk. What the index does not name is swept.
 */
export class SegmentCache {
  private readonly dir: string;
  private readonly key: Uint8Array;
  private held: CacheIndex | null;
  /** The index was there and did not hold. */
  readonly isDamaged: boolean;

  private constructor(dir: string, key: Uint8Array, held: CacheIndex | null, isDamaged: boolean) {
    this.dir = dir;
    this.key = key;
    this.held = held;
    this.isDamaged = isDamaged;
  }

  /** Opens what is there. Never fails for its content: see `isDamaged`. */
  static async open(dir: string, regionKey: Uint8Array): Promise<SegmentCache> {
    const key = cacheKey(regionKey);
    await mkdir(dir, { recursive: true });
    const read = await readCacheIndex(join(dir, INDEX), key);
    return read.state === 'whole'
      ? new SegmentCache(dir, key, read.index, false)
      : new SegmentCache(dir, key, null, read.state === 'damaged');
  }

  get index(): CacheIndex | null {
    return this.held;
  }

  get end(): CacheEnd | null {
    const index = this.held;
    if (index === null) return null;
    const last = index.pages.at(-1);
    const { epoch, base } = index;
    return last === undefined
      ? { epoch, rseq: base.rseq, cursor: base.cursor }
      : { epoch, rseq: last.to, cursor: last.cursor };
  }

  /** Of the region's keys that the base is sealed under; null without content. What came since is not under older ones. */
  get keyEpoch(): number | null {
    const parsed = EnvelopeSchema.safeParse(this.held?.envelope);
    return parsed.success ? parsed.data.payload.keyEpoch : null;
  }

  /** Null without content. */
  facts(): CacheFacts | null {
    const index = this.held;
    if (index === null) return null;
    const { pages, base, isBehind } = index;
    const proven = pages.filter(({ checkpoint }) => checkpoint !== null).at(-1)?.checkpoint;
    const asOfMs = proven?.issuedMs ?? base.issuedMs;
    return { asOfMs, isBehind, bytes: base.bytes + this.pageBytes, pages: pages.length };
  }

  get pageBytes(): number {
    return (this.held?.pages ?? []).reduce((sum, page) => sum + page.bytes, 0);
  }

  /** Pages take more than their share: they should be merged. */
  get isOverBudget(): boolean {
    return this.pageBytes > this.limit(PAGE_SHARE);
  }

  private limit(share: number): number {
    return Math.max(LEAST_PAGE_BYTES, (this.held?.base.bytes ?? 0) * share);
  }

  /** The bytes of a cached object; null when it is missing or not what its name says. */
  async read({ sha256, bytes }: CacheObject): Promise<Buffer | null> {
    const found = await readFile(join(this.dir, sha256)).catch(() => null);
    return found !== null && found.length === bytes && sha256Of(found) === sha256 ? found : null;
  }

  /** Takes a received object over by moving it: no byte is written again. False when it is not there. */
  async take({ sha256 }: CacheObject, from: string): Promise<boolean> {
    const path = join(from, sha256);
    try {
      const file = await open(path, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(path, join(this.dir, sha256));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error, 0);
      return (await readFile(join(this.dir, sha256)).catch(() => null)) !== null;
    }
  }

  /** Begins anew with a manifest whose objects were taken over; the former content is swept. */
  async begin(
    envelope: unknown,
    manifest: Manifest,
    reference: unknown,
    place: { readonly hasLate: boolean; readonly isBehind: boolean; readonly nowMs: number },
  ): Promise<void> {
    const { hasLate, isBehind, nowMs } = place;
    const sealed = sealGcm(this.key, Buffer.from(JSON.stringify(reference), 'utf8'), PACK_AAD);
    const segments = manifest.segments
      .filter(({ entity }) => hasLate || !ENTITIES[entity].isLate)
      .map(({ sha256, bytes }) => ({ sha256, bytes }));
    await this.save({
      v: 1,
      envelope,
      epoch: manifest.epoch,
      base: {
        rseq: manifest.base.rseq,
        issuedMs: manifest.base.issuedMs,
        cursor: manifest.cursor,
        bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      },
      segments,
      hasLate,
      reference: await this.write(sealed),
      pages: [],
      isBehind,
      merged: 0,
      mergedMs: nowMs,
    });
    await this.sweep();
  }

  /** The late segments of the base are here too. */
  async addLate(manifest: Manifest): Promise<void> {
    const index = this.held;
    if (index === null || index.hasLate || index.base.cursor !== manifest.cursor) return;
    const segments = manifest.segments.map(({ sha256, bytes }) => ({ sha256, bytes }));
    const bytes = segments.reduce((sum, one) => sum + one.bytes, 0);
    await this.save({ ...index, segments, hasLate: true, base: { ...index.base, bytes } });
  }

  async reference(): Promise<unknown> {
    const index = this.held;
    const sealed = index === null ? null : await this.read(index.reference);
    const plain = sealed === null ? undefined : openGcm(this.key, sealed, PACK_AAD);
    return plain === undefined
      ? null
      : (JSON.parse(Buffer.from(plain).toString('utf8')) as unknown);
  }

  /** A part of a tier continues from wherever the pages are whole, not only from their end. */
  private continues({ from, to, since }: PageToKeep, end: CacheEnd, index: CacheIndex): boolean {
    if (from === end.rseq) return true;
    const whole = index.pages.filter(({ checkpoint }) => checkpoint !== null).at(-1)?.to;
    const isWholeThere = since !== undefined && since <= (whole ?? index.base.rseq);
    return isWholeThere && from < end.rseq && to > end.rseq;
  }

  /**
   * Adds a page that was applied. One that does not continue the cache is left out, as is what would
   * pass the hard limit: the cache then ends earlier, and says so by its date.
   */
  async addPage(page: PageToKeep): Promise<boolean> {
    const { held: index, end } = this;
    if (index === null || end === null || !this.continues(page, end, index)) return false;
    if (this.pageBytes + page.object.length > this.limit(HARD_SHARE)) return false;
    const kept: CachedPage = {
      ...(await this.write(page.object)),
      from: page.from,
      to: page.to,
      cursor: page.cursor,
      checkpoint: page.checkpoint,
      ...(page.envelope === undefined ? {} : { envelope: page.envelope }),
    };
    const last = index.pages.at(-1);
    // A page without changes brings a newer signature only: the former of its kind goes.
    const isRenewal = last !== undefined && last.from === last.to;
    const pages = isRenewal ? index.pages.slice(0, -1) : index.pages;
    await this.save({ ...index, pages: [...pages, kept], isBehind: page.isBehind ?? false });
    if (isRenewal && last.sha256 !== kept.sha256) await this.remove(last.sha256);
    return true;
  }

  /** The slice is about to get a page; until it is here too, the cache may be behind. */
  async expectPage(): Promise<void> {
    const index = this.held;
    if (index !== null && !index.isBehind) await this.save({ ...index, isBehind: true });
  }

  /** Puts pages that the server merged in the place of those from `at` on. */
  async merge(at: number, merged: readonly PageToKeep[], nowMs: number): Promise<void> {
    const index = this.held;
    if (index === null) return;
    const pages = index.pages.slice(0, at);
    for (const page of merged) {
      const { object, isBehind: _isBehind, since: _since, ...place } = page;
      pages.push({ ...(await this.write(object)), ...place });
    }
    await this.save({ ...index, pages, isBehind: false, merged: pages.length, mergedMs: nowMs });
    await this.sweep();
  }

  /** Gives the whole cache up: without an index there is none. */
  async forget(): Promise<void> {
    this.held = null;
    await this.remove(INDEX);
  }

  /** Forgets pages from `at` on: they are missing or damaged. */
  async cut(at: number): Promise<void> {
    const index = this.held;
    if (index === null || at >= index.pages.length) return;
    const pages = index.pages.slice(0, at);
    await this.save({ ...index, pages, isBehind: true, merged: Math.min(index.merged, at) });
    await this.sweep();
  }

  /** Removes what the index does not name: left behind by a crash or a former base. */
  async sweep(): Promise<void> {
    const index = this.held;
    if (index === null) return;
    const named = new Set([INDEX, index.reference.sha256]);
    for (const { sha256 } of [...index.segments, ...index.pages]) named.add(sha256);
    for (const name of await readdir(this.dir)) if (!named.has(name)) await this.remove(name);
  }

  close(): void {
    this.key.fill(0);
    this.held = null;
  }

  private async save(index: CacheIndex): Promise<void> {
    await writeCacheIndex(join(this.dir, INDEX), this.key, index);
    this.held = index;
  }

  /** Durable when it resolves. */
  private async write(bytes: Uint8Array): Promise<CacheObject> {
    const sha256 = sha256Of(bytes);
    const path = join(this.dir, sha256);
    try {
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    } catch (error) {
      throw diskError(error, bytes.length);
    }
    return { sha256, bytes: bytes.length };
  }

  private async remove(name: string): Promise<void> {
    await rm(join(this.dir, name), { force: true, recursive: true });
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
