import { ENTITIES } from '../../../../../shared/domain/model';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Manifest, SegmentRef } from '../../../../../shared/protocol/manifest';
import { manifestHash } from '../manifest-hash';
import { fetchNames } from '../names/fetch-names';
import type { RemoteManifest } from '../remote';
import { forgetWanted, readWanted } from '../repair/wanted';
import { eachSegment } from './each-segment';
import { LATE_FACT } from './manifests';
import { damaged, type RunCourse, type SyncRunParts, totalsOf } from './run-parts';

/** Loads the manifest's early segments into a new slice, which takes the present one's place once it is verified. */
export async function firstLoad(
  parts: SyncRunParts,
  course: RunCourse,
  { manifest, envelope }: RemoteManifest,
): Promise<void> {
  const { store, progress } = parts;
  progress.markFirst();
  const segments = manifest.segments.filter(({ entity }) => !ENTITIES[entity].isLate);
  progress.enter('segments', totalsOf(segments));
  const reference = await fetchNames(parts, manifest);
  const { region, epoch } = manifest;
  const begun = await store.call('loadBegin', {
    region,
    epoch,
    manifestHash: manifestHash(envelope),
  });
  const applied = new Set(begun.appliedSegments);
  const wanted = await readWanted(store);
  await eachSegment(parts, course, segments, applied, manifest, (ref, object) =>
    load(parts, ref, object, manifest),
  );
  parts.signal.throwIfAborted();
  // Before the end, which puts the file in place and does more: cut off there, the slice is known by its manifest
  // to be of these. Where it is not put in place they are of no slice, and nothing comes of them.
  await store.call('factSet', { name: LATE_FACT, value: JSON.stringify(envelope) });
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
  if (reference !== null) await parts.keeper.base({ manifest, envelope }, reference, segments);
  for (const ref of segments) await parts.downloader.drop(ref);
}

/** Seals a segment's private values under the device's own keys and has the store load it. */
async function load(
  { ingest, store }: SyncRunParts,
  ref: SegmentRef,
  object: Uint8Array,
  manifest: Manifest,
): Promise<number> {
  const segment = await ingest.segment(object, ref.rows);
  const isListed =
    segment.entity === ref.entity &&
    segment.rows === ref.rows &&
    segment.region === manifest.region &&
    segment.keyEpoch === manifest.keyEpoch;
  if (!isListed) throw damaged(ref.sha256, 'header differs from the manifest');
  const { sealed } = segment;
  const { sha256 } = ref;
  return (await store.call('loadSegment', { sha256, object, sealed })).rows;
}
