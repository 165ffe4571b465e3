import { AppError } from '../../../../../shared/errors/app-error';
import {
  type Manifest,
  namesRef,
  type ReferencePack,
  ReferencePackSchema,
} from '../../../../../shared/protocol/manifest';
import { hashOfNames } from '../../../../store/slice/reference-names';
import type { RemoteManifest } from '../remote';
import { again, damaged, parseJson, type SyncRunParts } from '../run/run-parts';
import { keepNamesEnvelope, readNamesEnvelope } from './names-proof';

/**
 * Names of issuers and training bodies that a manifest lists; null where a server of before lists none. Throws
 * SYNC_OBJECT_DAMAGED for what is no such list, or is not the canonical form of one, whose hash nobody could compute again.
 */
export async function fetchNames(
  parts: SyncRunParts,
  manifest: Manifest,
): Promise<ReferencePack | null> {
  const { downloader, signal } = parts;
  const ref = namesRef(manifest);
  if (ref === undefined) return null;
  const bytes = await again(parts, () => downloader.fetch(ref, signal));
  const parsed = ReferencePackSchema.safeParse(parseJson(bytes));
  if (!parsed.success || hashOfNames(parsed.data) !== ref.sha256)
    throw damaged(ref.sha256, 'reference pack');
  await downloader.drop(ref);
  return parsed.data;
}

/**
 * Makes the slice's names those of the run's manifest: fetched alone, and only where they are others. A list from before
 * the one that is here takes nothing back; it mends the names where it lists the same.
 */
export async function bringNames(parts: SyncRunParts, fresh: RemoteManifest): Promise<void> {
  const { store, remote } = parts;
  const text = await readNamesEnvelope(store);
  const kept = text === null ? null : await remote.openManifest(parseJson(text)).catch(() => null);
  const isBefore = kept !== null && fresh.manifest.issuedMs < kept.manifest.issuedMs;
  const ref = namesRef(fresh.manifest);
  if (isBefore && ref?.sha256 !== namesRef(kept.manifest)?.sha256) return;
  if (ref !== undefined && (await store.call('state', {})).namesHash !== ref.sha256) {
    const pack = await fetchNames(parts, fresh.manifest).catch(unlessNotBrought);
    if (pack === null) return;
    await store.call('namesPut', { pack });
  }
  if (!isBefore) await keepNamesEnvelope(store, fresh.envelope);
}

/** A stick of a server of before brings changes without names: the line, or the next whole stick, does. */
function unlessNotBrought(error: unknown): null {
  const codes = ['BUNDLE_NEEDS_FULL', 'SYNC_CURSOR_REFUSED'];
  if (error instanceof AppError && codes.includes(error.code)) return null;
  throw error;
}
