import { AppError } from '../../../../../shared/errors/app-error';
import { type Manifest, namesRef } from '../../../../../shared/protocol/manifest';
import { rememberLink } from '../manifest-chain';
import { bringMoves } from '../moves/bring-moves';
import { bringNames } from '../names/fetch-names';
import type { RemoteManifest } from '../remote';
import { RunChanges } from './changes';
import { firstLoad } from './first-load';
import { LateRows } from './late-rows';
import { RunManifests } from './manifests';
import { type RunCourse, type SyncRunParts, type SyncRunResult, totalsOf } from './run-parts';

/**
 * One run: first load where there is no slice (or another epoch), then pages of changes until there are no more, then
 * the late segments that are missing. Every step can be repeated: what is applied stays,
 * what had arrived is continued. Throws documented codes.
 */
export class SyncRun {
  private readonly course: RunCourse = { rows: 0, latest: null, link: null, awaiting: null };
  private readonly manifests: RunManifests;
  private readonly changes: RunChanges;
  private readonly late: LateRows;

  constructor(private readonly parts: SyncRunParts) {
    const { course } = this;
    this.manifests = new RunManifests(parts, course);
    this.changes = new RunChanges(parts, course);
    this.late = new LateRows(parts, course, this.manifests, this.changes);
  }

  async run(): Promise<SyncRunResult> {
    const { course, manifests, changes } = this;
    const { store, progress, signal } = this.parts;
    const state = await store.call('state', {});
    progress.enter('manifest');
    const fresh = await manifests.fresh();
    const isMending = (this.parts.isMending ?? false) && !(await manifests.wouldStepBack(fresh));
    const isOther = state.cursor?.epoch !== fresh.manifest.epoch;
    const isFirst = !state.hasSlice || isOther || isMending;
    // Of the same history and not before what is here, a stick's takes nothing back.
    await manifests.demandNewer(fresh, state.hasSlice && (isOther || !this.parts.isStick));
    const { takesBulk = true } = this.parts;
    if (isFirst && !takesBulk) return this.left(true, totalsOf(fresh.manifest.segments));
    if (isFirst) await firstLoad(this.parts, course, fresh);
    // What changed comes first; the names are one small list.
    const bringing = (list: RemoteManifest) => bringNames(this.parts, list);
    const late = takesBulk ? null : await this.late.waiting(fresh);
    try {
      await this.late.around(fresh, async () => {
        await changes.bringUpToDate(fresh.manifest);
        await bringing(fresh);
      });
    } catch (error) {
      if (!needsSnapshot(error) || isFirst) throw error;
      if (!takesBulk) return this.left(false, totalsOf(fresh.manifest.segments));
      // The manifest may be of the history that the server has just given up.
      const newest = await manifests.fresh();
      const isBack = await manifests.wouldStepBack(newest);
      const isOnward = !isBack && state.cursor?.epoch === newest.manifest.epoch;
      await manifests.demandNewer(newest, !(this.parts.isStick && isOnward));
      // The present slice stays searchable until the new one is verified.
      if (!isBack) await firstLoad(this.parts, course, newest);
      await this.late.around(newest, async () => {
        await (isBack ? changes.repair(null) : changes.changes());
        await bringing(newest);
      });
    }
    if (course.link !== null) await rememberLink(store, course.link);
    await bringMoves(this.parts);
    const { cursor } = await store.call('state', {});
    if (cursor !== null && takesBulk) await this.parts.keeper.settle(cursor, fresh, signal);
    if (!this.parts.isStick) await this.sweep(fresh);
    return this.left(isFirst, sumOfWaiting(late, course.awaiting));
  }

  /** What arrived and is wanted by nothing any more: of lists of before, or cut off and never asked for again. */
  private async sweep(fresh: RemoteManifest): Promise<void> {
    const { store, downloader } = this.parts;
    const { isWhole } = await store.call('state', {});
    const pending = isWhole ? null : await this.manifests.loadedBy(fresh);
    const lists = pending === null ? [fresh] : [fresh, pending];
    await downloader.sweep(lists.flatMap(({ manifest }) => objectsOf(manifest)));
  }

  private left(isFirst: boolean, awaiting: SyncRunResult['awaiting']): SyncRunResult {
    this.parts.progress.enter('done');
    return { rows: this.course.rows, isFirst, awaiting };
  }
}

function objectsOf(manifest: Manifest): readonly { readonly sha256: string }[] {
  const names = namesRef(manifest);
  const parts = manifest.tiers.flatMap((tier) => tier.parts);
  return [...manifest.segments, ...parts, ...(names === undefined ? [] : [names])];
}

type Awaiting = SyncRunResult['awaiting'];

function sumOfWaiting(one: Awaiting, other: Awaiting): Awaiting {
  if (one === null || other === null) return one ?? other;
  return { rows: one.rows + other.rows, bytes: one.bytes + other.bytes };
}

/** The server knows our history no more: there is nothing to compare with, and a verified snapshot comes. */
function needsSnapshot(error: unknown): boolean {
  return error instanceof AppError && error.code === 'SYNC_CURSOR_REFUSED';
}
