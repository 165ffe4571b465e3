import { ENTITY_ORDER } from '../../../../../shared/domain/model';
import type { Manifest, SegmentRef } from '../../../../../shared/protocol/manifest';
import { forEachBounded } from '../bounded';
import { withRetries } from '../retries';
import { damaged, type RunCourse, type SyncRunParts } from './run-parts';

/** Segments in flight: one arriving, one being sealed, one being applied, one waiting. */
const SEGMENTS_IN_FLIGHT = 4;

/** Fetches segments entity by entity, a few at a time, and applies each; `applied`: by hash, those that are in. */
export async function eachSegment(
  parts: SyncRunParts,
  course: RunCourse,
  segments: readonly SegmentRef[],
  applied: ReadonlySet<string>,
  manifest: Manifest,
  apply: (ref: SegmentRef, object: Uint8Array) => Promise<number>,
): Promise<void> {
  const { downloader, progress, signal } = parts;
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
      course.rows += rows;
      progress.addRows(rows);
    });
  }
}
