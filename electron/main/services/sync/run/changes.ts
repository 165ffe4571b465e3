import { AppError } from '../../../../../shared/errors/app-error';
import type { Checkpoint, Manifest } from '../../../../../shared/protocol/manifest';
import type { SliceState, SyncCursor } from '../../../../store/protocol';
import { pageHeader } from '../../../workers/open-private';
import { readReached } from '../reached';
import type { RemoteHead } from '../remote';
import { RepairTooLarge, repairSlice } from '../repair/repair-run';
import { forgetWanted, readWanted } from '../repair/wanted';
import { applyTiers } from '../tiers/apply-tiers';
import { again, type RunCourse, type SyncRunParts, totalsOf } from './run-parts';

/** A repair of so many rows weighs some megabytes: on a metered line a person decides about more. */
const UNASKED_ROWS = 20_000;

/** What changed since the slice's cursor, and the repair of what differs. */
export class RunChanges {
  constructor(
    private readonly parts: SyncRunParts,
    private readonly course: RunCourse,
  ) {}

  /** Changes, and where rows turn out not to be the server's, the repair of their buckets alone. */
  async bringUpToDate(manifest: Manifest): Promise<void> {
    const { store } = this.parts;
    const { isEqual = true } = (await store.call('state', {})).lastVerify ?? {};
    try {
      // A stick brings its own pages in the place of tiers.
      if (!this.parts.isStick) this.course.rows += await applyTiers(this.parts, manifest);
      await this.changes();
      // Digests that are at hand in memory say nothing of a file that somebody else wrote.
      if (this.parts.isDoubted) await store.call('verify', { mode: 'quick' });
      const state = await store.call('state', {});
      // Found different by a check, and not by the pages that came since, which touch other rows.
      // A server behind the slice is one that was put back, or the slice's cursor says what is not so.
      const isAhead = (state.cursor?.rseq ?? 0) > (this.course.latest?.checkpoint.rseq ?? 0);
      const isStray = isAhead && !this.parts.isStick;
      const isSound = isEqual && (state.lastVerify?.isEqual ?? true) && !isStray;
      if (isSound && (await readWanted(store)).length === 0) return;
      // What the slice says of its own checkpoint is no proof: the one that just came is.
      const isThere = this.course.latest?.checkpoint.rseq === state.cursor?.rseq;
      await this.repairOrAsk(manifest, isThere ? this.course.latest : null);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SYNC_ROOT_MISMATCH') throw error;
      await this.repairOrAsk(manifest, this.course.latest);
    }
  }

  /** On a metered line what is as much as a snapshot waits for a person's word as one does; that rows differ is shown. */
  private async repairOrAsk(manifest: Manifest, known: RemoteHead | null): Promise<void> {
    try {
      await this.repair(known, (this.parts.takesBulk ?? true) ? {} : { mostRows: UNASKED_ROWS });
    } catch (error) {
      if (!(error instanceof RepairTooLarge)) throw error;
      const { rows } = error;
      const all = totalsOf(manifest.segments);
      const bytes = Math.ceil((rows * all.bytes) / Math.max(1, all.rows));
      this.course.awaiting = { rows, bytes };
    }
  }

  async repair(
    known: RemoteHead | null,
    bound: { readonly mostRows?: number } = {},
  ): Promise<void> {
    const { store } = this.parts;
    const wanted = await readWanted(store);
    const reached = await readReached(store);
    this.course.rows += (
      await repairSlice({ ...this.parts, ...bound }, known, wanted, reached)
    ).rows;
    await forgetWanted(store, wanted);
  }

  /** Pages until the server has no more. The last one's checkpoint proves all of them. */
  async changes(): Promise<void> {
    const { store, remote, ingest, progress, signal } = this.parts;
    progress.enter('changes', { rows: 0, bytes: 0 });
    let cursor = cursorOf(await store.call('state', {}));
    for (let hasMore = true; hasMore; ) {
      signal.throwIfAborted();
      const page = await again(this.parts, () => remote.page(cursor.cursor, signal));
      progress.addBytes(page.object.length);
      const opened = await ingest.page(page.object);
      demandNewest(opened.keyEpoch, this.parts);
      const isNext = opened.region === cursor.region && opened.epoch === cursor.epoch;
      // A page of a stick may begin before the cursor, as a part of a tier may; one that begins after what it was asked
      // for says that the slice's cursor is not what the server gave.
      if (isNext && opened.from > cursor.rseq && !this.parts.isStick)
        throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 }, `page from ${opened.from}`);
      if (!isNext || opened.from > cursor.rseq)
        throw new AppError('SYNC_PROTOCOL', {}, `page from ${opened.from}`);
      ({ hasMore } = opened);
      // Likewise one that ends where the slice has been: a number in it was spoilt that nothing but the end of all pages proves,
      // and no further asking with this cursor would ever bring what is between.
      if (hasMore && opened.to <= cursor.rseq)
        throw this.parts.isStick
          ? new AppError('SYNC_PROTOCOL', {}, 'no advance')
          : new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 }, 'no advance');
      const { checkpoint, envelope } = page;
      this.course.latest = checkpoint === null ? null : { checkpoint, envelope };
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
      this.course.rows += applied.rows;
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
}

/**
 * A live page is made when it is asked for, and whoever is asked has said before which keys are in force: one under
 * former keys was made by somebody else. A stick may have been written before the keys changed.
 */
function demandNewest(epoch: number, { isStick = false, newestKeys }: SyncRunParts): void {
  const held = newestKeys?.() ?? 0;
  if (!isStick && epoch < held) throw new AppError('SYNC_KEY_EPOCH', { epoch, held });
}

function cursorOf(state: SliceState): SyncCursor {
  if (state.cursor === null) throw new AppError('SLICE_EMPTY');
  return state.cursor;
}
