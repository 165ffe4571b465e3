import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors/app-error';
import type { DeepFound, DeepStatus } from '../../../../shared/ipc/routes/deep-check';
import type { HighestSeen } from '../../../platform/clock';
import type { StartProcess } from '../../clients/process-link';
import type { StoreCaller } from '../../clients/store-client';
import { type CounterSource, type Ingest, startIngest } from '../../workers/ingest-client';
import type { EventSink, ServiceLog } from '../ports';
import { ingestKeys, zeroIngestKeys } from '../unlock/key-copies';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type ListChecks, nextBatch } from './deep-steps';
import { type Kept, NOTHING_FOUND, type Round, readKept, STEPS, writeKept } from './round';

const TELL_EVERY_MS = 250;
const KEEP_EVERY_MS = 5_000;
/** A round begins a week after the last one ended. */
const ROUND_EVERY_MS = 7 * 86_400_000;
/** A daily slice is a fifth of the rows, or what is little enough to be looked at in one go. */
const SLICES = 5;
const LEAST_ROWS = 50_000;
/** Rest after each batch, as a share of its time: a look-up finds a core. */
const REST_SHARE = 0.5;

export interface DeepCheckParts extends ListChecks {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly counters: CounterSource;
  readonly startIngest: StartProcess;
  isEmergency(): boolean;
  /** Rows are to be fetched again: the sooner the better. */
  onBroken(): void;
  /** Whether the state that the rows are compared with carries the server's signature and is the newest seen. */
  hasProof(): Promise<boolean>;
}

/** What one daily slice looked at and found. */
export interface DeepSlice {
  readonly status: DeepStatus;
  readonly rows: number;
  readonly found: DeepFound;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * The deep check of the slice: sealed values are opened in the process that holds the field key, and all
 * that is derived of them is made anew and compared. A round keeps its place over locks and days.
 */
export class DeepCheckService implements SessionListener {
  private running: Running | null = null;
  private shown: Kept | null = null;
  /** What was looked at since the last daily slice began. */
  private inSlice: Omit<DeepSlice, 'status'> = { rows: 0, found: NOTHING_FOUND };

  constructor(private readonly parts: DeepCheckParts) {}

  opened(): void {
    this.shown = null;
  }

  async closing(): Promise<void> {
    await this.cancel();
  }

  async status(): Promise<DeepStatus> {
    const { round, last } = this.shown ?? (await readKept(this.parts.store));
    const shown = round === null ? null : await this.shownRound(round);
    return { round: shown, last, isRunning: this.running !== null };
  }

  private async shownRound({ startedMs, done, found }: Round): Promise<DeepStatus['round']> {
    return { startedMs, done, total: Math.max(done, await this.totalRows()), found };
  }

  /** Rows of all steps: every row once, and persons and certificates again for what is derived of them. */
  private async totalRows(): Promise<number> {
    const { counts } = await this.parts.store.call('state', {});
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return all + 2 * (counts.person ?? 0) + (counts.certificate ?? 0);
  }

  /** Runs to the round's end in the background. Throws BUSY, LOCKED, FORBIDDEN or EMERGENCY_READ_ONLY. */
  start(): void {
    // How it ended is told and logged there; nobody waits for it here.
    this.begin(Number.POSITIVE_INFINITY).catch(() => undefined);
  }

  /** The daily share of a round, if one is due; answers the state after it. Throws as start, and CANCELLED. */
  async slice(): Promise<DeepSlice> {
    // Who has no keys does not see the slice either: "no data yet" would be wrong.
    this.demandKeys();
    if (!(await this.parts.store.call('state', {})).hasSlice) throw new AppError('SLICE_EMPTY');
    const { round, last } = await readKept(this.parts.store);
    const dueMs = (last?.endedMs ?? 0) + ROUND_EVERY_MS;
    const nowMs = this.parts.clock.highestMs();
    // A time in the future (a clock that was wrong once) must not stop checks.
    const isResting = round === null && last !== null && last.endedMs <= nowMs && nowMs < dueMs;
    this.inSlice = { rows: 0, found: NOTHING_FOUND };
    // Whoever runs it already looks at more than a slice.
    if (!isResting && this.running === null) {
      const rows = Math.max(LEAST_ROWS, Math.ceil((await this.totalRows()) / SLICES));
      await this.begin(rows);
    }
    return { status: await this.status(), ...this.inSlice };
  }

  async cancel(): Promise<void> {
    this.running?.abort.abort();
    await this.running?.ended;
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    await this.running?.ended;
  }

  private demandKeys() {
    const session = this.parts.sessions.demand();
    if (!session.keys.has('field') || !session.keys.has('region')) throw new AppError('FORBIDDEN');
    return session;
  }

  private begin(rows: number): Promise<void> {
    if (this.parts.isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
    if (this.running !== null) throw new AppError('BUSY');
    const session = this.demandKeys();
    // A rotation writes every sealed value anew and finds what does not open.
    if (session.keys.has('fieldNext')) throw new AppError('BUSY');
    const abort = new AbortController();
    const work = this.perform(session, rows, abort.signal);
    const ended = work
      .catch((cause: unknown) => {
        if (!abort.signal.aborted)
          this.parts.log.warn('deep check not ended', { reason: String(cause) });
      })
      .then(async () => {
        this.running = null;
        await this.tell();
      });
    this.running = { abort, ended };
    const failed = work.then(
      () => null,
      (cause: unknown) => ({ cause }),
    );
    return ended.then(async () => {
      const failure = await failed;
      if (abort.signal.aborted) throw new AppError('CANCELLED');
      if (failure !== null) throw failure.cause;
    });
  }

  private async perform(session: OpenSession, rows: number, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.parts;
    const kept = await readKept(store);
    let round: Round = kept.round ?? {
      startedMs: clock.highestMs(),
      step: STEPS[0],
      afterId: 0,
      done: 0,
      found: NOTHING_FOUND,
    };
    const ingest = await this.startIngest(session);
    let [told, saved] = [0, Date.now()];
    try {
      for (let left = rows; left > 0; ) {
        signal.throwIfAborted();
        const startMs = performance.now();
        const { step, afterId } = round;
        const batch = await nextBatch(step, afterId, store, ingest, this.parts);
        left -= batch.rows;
        const before = this.inSlice;
        this.inSlice = {
          rows: before.rows + batch.rows,
          found: sum(before.found, batch.found),
        };
        const found = sum(round.found, batch.found);
        const done = round.done + batch.rows;
        const next = batch.isEnd ? STEPS[STEPS.indexOf(round.step) + 1] : round.step;
        if (next === undefined) {
          await this.finish({ ...round, found, done }, session);
          return;
        }
        round = { ...round, step: next, afterId: batch.isEnd ? 0 : batch.lastId, found, done };
        this.shown = { ...kept, round };
        if (Date.now() - saved > KEEP_EVERY_MS) {
          await writeKept(store, this.shown);
          saved = Date.now();
        }
        if (Date.now() - told > TELL_EVERY_MS) {
          await this.tell();
          told = Date.now();
        }
        await delay((performance.now() - startMs) * REST_SHARE, undefined, { signal });
      }
    } finally {
      await ingest.end();
      if (this.shown?.round != null) await writeKept(store, this.shown).catch(() => undefined);
    }
  }

  /** Writes down how the round ended, and in the log that cannot be taken back. */
  private async finish({ startedMs, done, found }: Round, session: OpenSession): Promise<void> {
    const { store, clock } = this.parts;
    const payload = { startedMs, rows: done, found };
    const actor = session.view.userId;
    await store.call('auditAppend', { kind: 'deep-check-ended', actor, payload });
    this.shown = {
      round: null,
      last: { startedMs, endedMs: clock.highestMs(), rows: done, found },
    };
    await writeKept(store, this.shown);
    // A fresh signature comes with the next state of the server.
    const isToFetch = found.buckets + found.sealed + found.issuers + found.moves > 0;
    if (isToFetch || !(await this.parts.hasProof())) this.parts.onBroken();
  }

  private async startIngest({ keys }: OpenSession): Promise<Ingest> {
    const copies = ingestKeys(keys);
    try {
      return await startIngest(this.parts.startIngest, copies, this.parts.counters);
    } finally {
      zeroIngestKeys(copies);
    }
  }

  private async tell(): Promise<void> {
    if (this.parts.sessions.current === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const status = await this.status().catch(() => null);
    if (status !== null) this.parts.events.emit('deep-check.changed', status);
  }
}

function sum(a: DeepFound, b: DeepFound): DeepFound {
  return {
    buckets: a.buckets + b.buckets,
    sealed: a.sealed + b.sealed,
    derived: a.derived + b.derived,
    names: a.names + b.names,
    issuers: a.issuers + b.issuers,
    moves: a.moves + b.moves,
    structure: a.structure + b.structure,
  };
}
