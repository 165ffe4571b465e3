import { AppError } from '../../../../../shared/errors/app-error';
import type { Manifest, SegmentRef } from '../../../../../shared/protocol/manifest';
import type { RemoteManifest } from '../remote';
import { isMissing } from '../tiers/apply-tiers';
import type { RunChanges } from './changes';
import { eachSegment } from './each-segment';
import { LATE_FACT, type RunManifests } from './manifests';
import {
  lateOf,
  type RunCourse,
  type SyncRunParts,
  type SyncRunResult,
  totalsOf,
} from './run-parts';

/** Rows that a first load leaves for later, about the changes of a run. */
export class LateRows {
  constructor(
    private readonly parts: SyncRunParts,
    private readonly course: RunCourse,
    private readonly manifests: RunManifests,
    private readonly changes: RunChanges,
  ) {}

  /** What a first load left for later, where a person has to consent first; null: nothing. */
  async waiting(fresh: RemoteManifest): Promise<SyncRunResult['awaiting']> {
    const { store } = this.parts;
    if ((await store.call('state', {})).isWhole) return null;
    const { manifest } = (await this.manifests.loadedBy(fresh)) ?? fresh;
    return totalsOf(lateOf(manifest));
  }

  /**
   * Changes first: a revocation does not wait for what takes long. A stick has no server that could mend what changed
   * before it was here, and all of it is at hand: there the late rows come first.
   */
  async around(fresh: RemoteManifest, act: () => Promise<void>): Promise<void> {
    const { isStick = false, takesBulk = true } = this.parts;
    if (isStick && (await this.manifests.wouldStepBack(fresh)))
      return this.aroundChanges(fresh, act);
    if (isStick) await this.late(fresh).catch(unlessNotBrought);
    await act();
    if (takesBulk && !isStick) await this.late(fresh);
  }

  /**
   * A stick's base is behind the slice: its late rows are of before what was applied already, and a whole load would take
   * that back. They count as complete only after the stick's changes, which fit most of them; what differs then is noted,
   * and is mended over the line or by a later stick.
   */
  private async aroundChanges(
    { manifest }: RemoteManifest,
    act: () => Promise<void>,
  ): Promise<void> {
    const isMissingLate = !(await this.parts.store.call('state', {})).isWhole;
    const segments = isMissingLate
      ? await this.lateSegments(manifest).catch(unlessNotBrought)
      : undefined;
    await act();
    if (segments !== undefined) await this.sealLate(manifest, segments);
  }

  /**
   * Events, training, exams, attachments: after the certificates are usable. Of the load's own manifest, so that what
   * arrived already counts; where nobody knows it any more, or its objects are gone, of the present one: rows of another
   * moment are found by the comparison like all that changed meanwhile.
   */
  private async late(fresh: RemoteManifest): Promise<void> {
    if ((await this.parts.store.call('state', {})).isWhole) return;
    const loadedBy = (await this.manifests.loadedBy(fresh)) ?? fresh;
    try {
      await this.load(loadedBy);
    } catch (error) {
      if (loadedBy === fresh || this.parts.isStick || !isMissing(error)) throw error;
      await this.load(fresh);
    }
  }

  private async load({ manifest }: RemoteManifest): Promise<void> {
    const { store, isStick } = this.parts;
    const isEqual = await this.sealLate(manifest, await this.lateSegments(manifest));
    if (isEqual !== false) return;
    // What a full stick brings is as near as what would mend it.
    if (isStick) throw new AppError('SYNC_CURSOR_REFUSED', {}, 'late rows');
    const { cursor } = await store.call('state', {});
    await this.changes.repair(
      this.course.latest?.checkpoint.rseq === cursor?.rseq ? this.course.latest : null,
    );
  }

  /** Puts in the manifest's late segments that are not in yet. */
  private async lateSegments(manifest: Manifest): Promise<readonly SegmentRef[]> {
    const { store, progress } = this.parts;
    const segments = lateOf(manifest);
    progress.enter('late', totalsOf(segments));
    await eachSegment(
      this.parts,
      this.course,
      segments,
      new Set(),
      manifest,
      async (ref, object) => {
        const { rows } = await store.call('lateSegment', { sha256: ref.sha256, object });
        return rows;
      },
    );
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
}

/** A stick of changes brings no late rows: the line does, later. */
function unlessNotBrought(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'BUNDLE_NEEDS_FULL') throw error;
}
