import type { SyncProgress, SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { OutboxState } from '../../../store/outbox-protocol';
import type { SliceState, SyncRunEntry } from '../../../store/protocol';

const DAY_MS = 86_400_000;

export interface StatusFacts {
  readonly state: SliceState;
  readonly runs: readonly SyncRunEntry[];
  readonly outbox: Pick<OutboxState, 'pending' | 'rejected'>;
  readonly running: SyncProgress | null;
  readonly connection: SyncStatus['connection'];
  readonly server: string | null;
  readonly leaseUntilMs: number | null;
  readonly nowMs: number;
  readonly freshnessDays: number;
  /** Changes that were received before could not be read: nothing may pass for current. */
  readonly isCut: boolean;
}

/** What the sync page and the freshness line say. */
export function syncStatus(facts: StatusFacts): SyncStatus {
  const { state, running, connection, server, leaseUntilMs } = facts;
  const asOfMs = state.checkpoint?.issuedMs ?? null;
  return {
    connection,
    hasSlice: state.hasSlice,
    asOfMs,
    isCut: facts.isCut,
    isStale: facts.isCut || asOfMs === null || facts.nowMs - asOfMs > facts.freshnessDays * DAY_MS,
    proof: proofOf(state),
    counts: { ...state.counts },
    pending: facts.outbox.pending,
    rejected: facts.outbox.rejected,
    running,
    runs: facts.runs.map((run) => ({ ...run })),
    server,
    leaseUntilMs,
  };
}

/**
 * Proven: the slice was recomputed and equals the last signed checkpoint. Every page is applied only
 * when its checkpoint's root is reached, so a checkpoint of the cursor's own state is a proof too.
 */
export function proofOf(state: SliceState): SyncStatus['proof'] {
  const { lastVerify, checkpoint, cursor } = state;
  const root = checkpoint?.root ?? null;
  const isApplied = checkpoint !== null && cursor !== null && checkpoint.rseq === cursor.rseq;
  if (lastVerify !== null && lastVerify.root !== root && lastVerify.isEqual && isApplied) {
    return { state: 'proven', atMs: checkpoint.issuedMs, buckets: 0, root };
  }
  if (lastVerify !== null) {
    const { atMs, isEqual, differingBuckets } = lastVerify;
    return { state: isEqual ? 'proven' : 'differs', atMs, buckets: differingBuckets, root };
  }
  if (isApplied) return { state: 'proven', atMs: checkpoint.issuedMs, buckets: 0, root };
  return { state: 'unproven', atMs: null, buckets: 0, root };
}
