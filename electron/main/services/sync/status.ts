import type { ErrorCode } from '../../../../shared/errors/app-error';
import type { SyncProgress, SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { OutboxState } from '../../../store/outbox-protocol';
import type { SliceState, SyncRunEntry } from '../../../store/protocol';
import { bucketsOf, type EntityIds, sumOf } from './repair/batches';

/** What a person decided about the network. */
export interface LinePolicy {
  readonly isMetered: boolean;
  readonly isPaused: boolean;
}

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
  readonly policy: LinePolicy;
  readonly obstacle: ErrorCode | null;
  readonly awaiting: SyncStatus['awaiting'];
  /** Changes that were received before could not be read: nothing may pass for current. */
  readonly isCut: boolean;
  /** Rows whose sealed values wait to be fetched again. */
  readonly wanted: EntityIds;
  /** Runs that a stick brought. */
  readonly sticks: ReadonlySet<string>;
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
    freshnessDays: facts.freshnessDays,
    isPaused: facts.policy.isPaused,
    isMetered: facts.policy.isMetered,
    obstacle: facts.obstacle,
    awaiting: facts.awaiting,
    proof: proofOf(state, facts.wanted),
    counts: { ...state.counts },
    pending: facts.outbox.pending,
    rejected: facts.outbox.rejected,
    running,
    runs: facts.runs.map((run) => ({ ...run, isStick: facts.sticks.has(run.runId) })),
    server,
    leaseUntilMs,
  };
}

/**
 * Proven: every late row is in, and the cursor stands at a signed checkpoint whose root was reached, by the page
 * that ended there or by a check of all rows since. A check between two checkpoints proves nothing: it finds
 * that nobody changed the rows, not that they are the server's.
 */
export function proofOf(state: SliceState, wanted: EntityIds = []): SyncStatus['proof'] {
  const { lastVerify, checkpoint, cursor } = state;
  const root = checkpoint?.root ?? null;
  if (sumOf(wanted) > 0) {
    const buckets = Math.max(bucketsOf(wanted), lastVerify?.differingBuckets ?? 0);
    return { state: 'differs', atMs: lastVerify?.atMs ?? null, buckets, root };
  }
  if (lastVerify !== null && !lastVerify.isEqual) {
    const { atMs, differingBuckets } = lastVerify;
    return { state: 'differs', atMs, buckets: differingBuckets, root };
  }
  const isApplied = checkpoint !== null && cursor !== null && checkpoint.rseq === cursor.rseq;
  if (!state.isWhole || !isApplied) return { state: 'unproven', atMs: null, buckets: 0, root };
  const atMs = lastVerify?.root === root ? lastVerify.atMs : checkpoint.issuedMs;
  return { state: 'proven', atMs, buckets: 0, root };
}
