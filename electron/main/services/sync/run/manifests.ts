import { AppError } from '../../../../../shared/errors/app-error';
import type { StoreCaller } from '../../../clients/store-client';
import type { CacheLoaded } from '../cache/cache-load';
import { chainFault, linkOf, readLinks } from '../manifest-chain';
import { manifestHash } from '../manifest-hash';
import { keepNamesEnvelope } from '../names/names-proof';
import type { RemoteManifest } from '../remote';
import { again, parseJson, type RunCourse, type SyncRunParts } from './run-parts';

/** Fact of the journal: the manifest of the last first load, written before its end: late segments are of it. */
export const LATE_FACT = 'sync.late-manifest';
/** Fact of the journal: when the newest manifest seen was issued, UTC ms. */
export const MANIFEST_FACT = 'sync.manifest-issued';
/** Fact of the journal: the newest manifest seen, as it came. */
const MANIFEST_ENVELOPE_FACT = 'sync.manifest';

/** The server's lists as a run sees them: the present one, the one that the slice was loaded by, and what may follow what. */
export class RunManifests {
  constructor(
    private readonly parts: SyncRunParts,
    private readonly course: RunCourse,
  ) {}

  /** The manifest that the slice was loaded by; null where neither the kept nor the present one is it. */
  async loadedBy(fresh: RemoteManifest): Promise<RemoteManifest | null> {
    const { store, remote } = this.parts;
    const { loadedBy } = await store.call('state', {});
    if (manifestHash(fresh.envelope) === loadedBy) return fresh;
    const kept = parseJson((await store.call('factGet', { name: LATE_FACT })) ?? '');
    const isIt = kept !== null && manifestHash(kept) === (loadedBy ?? manifestHash(kept));
    return isIt ? remote.openManifest(kept) : null;
  }

  /** The server's present manifest; one that this device has seen is not sent again. */
  async fresh(): Promise<RemoteManifest> {
    const { store, remote, signal } = this.parts;
    const kept = await store.call('factGet', { name: MANIFEST_ENVELOPE_FACT });
    if (!remote.hasManifest && kept !== null) await remote.takeUp(parseJson(kept));
    const fresh = await again(this.parts, () => remote.manifest(signal));
    const link = linkOf(fresh.manifest, manifestHash(fresh.envelope));
    const fault = chainFault(await readLinks(store), link);
    if (fault !== undefined) throw new AppError('SYNC_CHAIN_BROKEN', {}, fault);
    this.course.link = link;
    const value = JSON.stringify(fresh.envelope);
    if (value !== kept) await store.call('factSet', { name: MANIFEST_ENVELOPE_FACT, value });
    return fresh;
  }

  /**
   * A slice is never replaced from a manifest older than one it has seen: a replayed one would bring
   * revoked certificates back to life.
   */
  async demandNewer({ manifest }: RemoteManifest, isStrict: boolean): Promise<void> {
    const { store } = this.parts;
    const seenMs = Number(await store.call('factGet', { name: MANIFEST_FACT }));
    if (isStrict && manifest.issuedMs < seenMs) {
      throw new AppError('SYNC_ROLLED_BACK', {}, 'manifest older than one seen before');
    }
    const newestMs = Math.max(manifest.issuedMs, isStrict ? 0 : seenMs);
    await store.call('factSet', { name: MANIFEST_FACT, value: String(newestMs) });
  }

  /** A snapshot from before what was applied already would bring revoked certificates back to life. */
  async wouldStepBack({ manifest }: RemoteManifest): Promise<boolean> {
    const { cursor } = await this.parts.store.call('state', {});
    const { epoch, base } = manifest;
    return cursor !== null && cursor.epoch === epoch && base.rseq < cursor.rseq;
  }
}

/** After a load from the cache: the facts that a load over the line leaves. */
export async function rememberLoad(
  store: StoreCaller,
  loaded: Pick<CacheLoaded, 'manifest' | 'envelope' | 'hasLate'>,
): Promise<void> {
  const set = (name: string, value: string) => store.call('factSet', { name, value });
  await set(MANIFEST_FACT, String(loaded.manifest.issuedMs));
  await keepNamesEnvelope(store, loaded.envelope);
  await set(LATE_FACT, loaded.hasLate ? '' : JSON.stringify(loaded.envelope));
}
