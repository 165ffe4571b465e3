import type { ErrorCode } from '../../../../shared/errors/app-error';
import type { SyncProgress, SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { OutboxState } from '../../../store/outbox-protocol';
import type { SliceState, SyncRunEntry } from '../../../store/protocol';
import type { CheckpointSeal } from './checkpoint-seal';
import type { MovesStanding } from './moves/moves-proof';
import type { NamesStanding } from './names/names-proof';
import { bucketsOf, type EntityIds, sumOf } from './repair/batches';

/** What a person decided about the network. */
export interface LinePolicy {
  readonly isMetered: boolean;
  readonly isPaused: boolean;
}

const DAY_MS = 86_400_000;

/** What was found of the slice's own word about itself. */
export interface Standing {
  readonly seal: CheckpointSeal;
  /** A newer state was proven on this device before. */
  readonly isOlder: boolean;
  /** Names of issuers and training bodies; see names-proof.ts. */
  readonly names: NamesStanding;
  /** Where certificates went that are not here any more; see moves-proof.ts. */
  readonly moves: MovesStanding;
}

export interface StatusFacts extends Standing {
  /** When the server signed the newest state that was proven here; null: none yet. */
  readonly reachedMs: number | null;
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
  const asOfMs = asOfOf(facts);
  return {
    connection,
    hasSlice: state.hasSlice,
    asOfMs,
    isCut: facts.isCut,
    isStale: isStale(facts, asOfMs),
    freshnessDays: facts.freshnessDays,
    isPaused: facts.policy.isPaused,
    isMetered: facts.policy.isMetered,
    obstacle: facts.obstacle,
    awaiting: facts.awaiting,
    proof: proofOf(state, facts, facts.wanted),
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
 * The server's time of the data, ms; null: nothing signed tells it. What nobody signed is no later than what was proven
 * here, and is no date at all where nothing was: a date is easily written.
 */
export function asOfOf({
  state,
  seal,
  reachedMs,
}: Pick<StatusFacts, 'state' | 'seal' | 'reachedMs'>): number | null {
  const claimedMs = state.checkpoint?.issuedMs ?? null;
  if (seal === 'signed' || claimedMs === null) return claimedMs;
  return reachedMs === null ? null : Math.min(claimedMs, reachedMs);
}

/**
 * Older than the rules let data count as current, or than the server itself did: what it signs says until when. An office is
 * never locked out for it, which is the lease's matter.
 */
function isStale(facts: StatusFacts, asOfMs: number | null): boolean {
  const { isCut, nowMs, freshnessDays, seal, state } = facts;
  if (isCut || asOfMs === null || nowMs - asOfMs > freshnessDays * DAY_MS) return true;
  // A date that nobody signed ends nothing; what the data are as of is bounded without it.
  return seal === 'signed' && state.checkpoint !== null && state.checkpoint.expiresMs < nowMs;
}

/** Rows are known not to be the server's. */
export function isDiffering({ lastVerify }: SliceState, wanted: EntityIds): boolean {
  return sumOf(wanted) > 0 || (lastVerify !== null && !lastVerify.isEqual);
}

/**
 * Proven: every late row is in, and the cursor stands at a checkpoint that carries the server's signature and whose
 * root was reached, by the page that ended there or by a check of all rows since; and no newer state was proven here
 * before. A check between two checkpoints proves nothing: it finds that nobody changed the rows, not that they are the
 * server's. Names of issuers and training bodies are the server's too, or nothing is called proven. `atMs`: the server's time of the state that is proven; `checkedMs`: when the rows were last compared here.
 */
export function proofOf(
  state: SliceState,
  { seal, isOlder, names, moves }: Standing,
  wanted: EntityIds = [],
): SyncStatus['proof'] {
  const { lastVerify, checkpoint, cursor } = state;
  const root = checkpoint?.root ?? null;
  const checkedMs = lastVerify?.atMs ?? null;
  if (isDiffering(state, wanted)) {
    const buckets = Math.max(bucketsOf(wanted), lastVerify?.differingBuckets ?? 0);
    return { state: 'differs', why: null, names, moves, atMs: null, checkedMs, buckets, root };
  }
  const unproven = {
    state: 'unproven',
    names,
    moves,
    atMs: null,
    checkedMs,
    buckets: 0,
    root,
  } as const;
  // Whatever else is to be said of the rows: what a record shows of its issuer is not what was signed.
  if (names === 'differ' && state.hasSlice)
    return { ...unproven, state: 'differs', why: 'names-differ' };
  if (moves === 'differ') return { ...unproven, state: 'differs', why: 'moves-differ' };
  if (isOlder) return { ...unproven, why: 'older' };
  const isApplied = checkpoint !== null && cursor !== null && checkpoint.rseq === cursor.rseq;
  if (!state.isWhole || !isApplied) return { ...unproven, why: 'incomplete' };
  if (seal !== 'signed') return { ...unproven, why: seal === 'absent' ? 'unsigned' : 'altered' };
  if (names === 'unproven') return { ...unproven, why: 'names-unproven' };
  // A check before this state came says nothing of it.
  const isOfThis = lastVerify?.root === root;
  return {
    state: 'proven',
    why: null,
    names,
    moves,
    atMs: checkpoint.issuedMs,
    checkedMs: isOfThis ? checkedMs : null,
    buckets: 0,
    root,
  };
}
