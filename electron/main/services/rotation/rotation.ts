import { randomUUID } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import type { RotationReason, RotationState } from '../../../../shared/ipc/routes/rotation';
import { fieldKeyVersion } from '../../../crypto/field-keys';
import type { KeyChanges, KeyRing } from '../../../crypto/key-ring';
import type { StartProcess } from '../../clients/process-link';
import type { StoreCaller } from '../../clients/store-client';
import { type CounterSource, startIngest } from '../../workers/ingest-client';
import { forgetAdvice } from '../people/removed-people';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import { blindKeysOf, ingestKeys, zeroIngestKeys } from '../unlock/key-copies';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import {
  drawNextKeys,
  hasNextKeys,
  mayRotate,
  NEXT_OF,
  settledKeys,
  zeroChanges,
} from './next-keys';
import { resealAll } from './reseal-run';
import {
  NO_ROTATION,
  type RotationFact,
  type RotationRun,
  readRotation,
  writeRotation,
} from './rotation-fact';
import { RotationMeter } from './rotation-meter';

/** Rows a second that a slow machine manages, for the estimate; files come on top. */
const ESTIMATED_ROWS_PER_SECOND = 5_000;
const ESTIMATED_START_MS = 10_000;
const STOP_AGAIN_MS = 250;

export interface RotationParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  readonly startIngest: StartProcess;
  readonly counters: CounterSource;
  readonly sync: { hold(): Promise<() => void> };
  /** The slice lives in memory only, under no key: there is nothing that could be changed. */
  isEmergency(): boolean;
  /** Ends a deep check that runs; its round goes on another time. */
  endDeepCheck(): Promise<void>;
}

interface Working {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Changes all keys of the office's data: new keys beside the old ones in every slot, sealed values under the
 * next field key, files under their next keys, then the old keys out of every slot. Every step can be repeated,
 * and which keys the slots hold tells where it stands, so it goes on after any interruption at the next unlock
 * of a role that holds the keys. Search and reveals serve rows under both keys meanwhile.
 */
export class RotationService implements SessionListener {
  private fact: RotationFact = NO_ROTATION;
  private working: Working | null = null;
  private failure: NonNullable<RotationState['run']>['failure'] = null;
  private rows = 0;
  private readonly meter: RotationMeter;

  constructor(private readonly parts: RotationParts) {
    this.meter = new RotationMeter(parts.nowMs, () => void this.tell());
  }

  async opened(session: OpenSession): Promise<void> {
    const { store, log } = this.parts;
    const fact = await readRotation(store);
    if (fact === null) log.error('what was kept of changes of keys is unreadable');
    this.fact = fact ?? NO_ROTATION;
    this.failure = null;
    if (this.parts.isEmergency()) return;
    const { run } = this.fact;
    const isUnderWay = hasNextKeys(session.keys);
    if (run === null && isUnderWay) await this.save({ run: this.newRun('other', session) });
    else if (run?.stage === 'finishing' && !isUnderWay) await this.conclude(run);
    const now = this.fact.run;
    if (now !== null && !now.isPaused) this.work(session);
  }

  async closing(): Promise<void> {
    await this.stop();
    this.fact = NO_ROTATION;
  }

  async state(): Promise<RotationState> {
    const { store, sessions } = this.parts;
    const { view, keys } = sessions.demand();
    const { run, last, request } = this.fact;
    const isAble = this.isAble(keys);
    const { counts } = await store.call('state', {});
    const rows = (counts.person ?? 0) + (counts.certificate ?? 0);
    const tookMs = ESTIMATED_START_MS + Math.round((1000 * rows) / ESTIMATED_ROWS_PER_SECOND);
    return {
      last,
      request,
      run:
        run === null
          ? null
          : {
              reason: run.reason,
              by: run.by,
              startedMs: run.startedMs,
              state: !isAble ? 'waiting' : this.working === null ? 'paused' : 'running',
              ...this.meter.pace,
              failure: this.failure,
            },
      estimate: { rows, tookMs },
      mayStart: isAble && run === null && (view.role === 'head' || request !== null),
      mayRequest: view.role === 'security-admin' && run === null && request === null,
    };
  }

  /** Throws BUSY while one runs, FORBIDDEN for who holds no keys or was not asked. */
  async start(reason: RotationReason): Promise<RotationState> {
    const session = this.parts.sessions.demand();
    if (this.fact.run !== null) throw new AppError('BUSY');
    if (!(await this.state()).mayStart) throw new AppError('FORBIDDEN');
    const run = this.newRun(reason, session);
    await this.audit('rotation-started', { rotation: run.id, reason });
    await this.save({ run, request: null });
    this.work(session);
    return this.state();
  }

  /** Stops where it is. */
  async pause(): Promise<RotationState> {
    if (this.fact.run !== null) {
      await this.stop();
      // It may have come to its end meanwhile.
      if (this.fact.run !== null) await this.save({ run: { ...this.fact.run, isPaused: true } });
    }
    return this.state();
  }

  /** Goes on, after a pause or a failure. */
  async resume(): Promise<RotationState> {
    const session = this.parts.sessions.demand();
    const { run } = this.fact;
    if (!this.isAble(session.keys)) throw new AppError('FORBIDDEN');
    if (run !== null && this.working === null) {
      await this.save({ run: { ...run, isPaused: false } });
      this.work(session);
    }
    return this.state();
  }

  /** Asks whoever holds the keys and unlocks next. */
  async request(reason: RotationReason): Promise<RotationState> {
    const { sessions, nowMs } = this.parts;
    const { view } = sessions.demand();
    if (this.fact.run !== null) throw new AppError('BUSY');
    await this.audit('rotation-requested', { reason });
    await this.save({ request: { atMs: nowMs(), reason, by: view.name } });
    return this.state();
  }

  /** Resolves when no work is under way. */
  async settled(): Promise<void> {
    await this.working?.ended;
  }

  private isAble(keys: KeyRing): boolean {
    return mayRotate(keys) && !this.parts.isEmergency();
  }

  private newRun(reason: RotationReason, { view }: OpenSession): RotationRun {
    const startedMs = this.parts.nowMs();
    const id = randomUUID();
    const stage = 'starting';
    return { id, reason, by: view.name, startedMs, stage, isPaused: false, rows: 0, bytes: 0 };
  }

  private work(session: OpenSession): void {
    if (this.working !== null || !this.isAble(session.keys)) return;
    const abort = new AbortController();
    const ended = this.perform(session.keys, abort.signal).finally(() => {
      this.working = null;
      void this.tell();
    });
    this.working = { abort, ended };
  }

  private async stop(): Promise<void> {
    const { working } = this;
    if (working === null) return;
    working.abort.abort();
    const tell = () => void this.parts.store.call('rekeyStop', {}).catch(() => undefined);
    tell();
    // One that comes before the store's copy has begun stops nothing.
    const again = setInterval(tell, STOP_AGAIN_MS);
    await working.ended.finally(() => clearInterval(again));
  }

  /** The whole of it, from wherever it stands. Never rejects. */
  private async perform(keys: KeyRing, signal: AbortSignal): Promise<void> {
    this.failure = null;
    this.rows = 0;
    try {
      await this.begin(keys, signal);
      await this.reseal(keys, signal);
      await this.rekey('slice', keys, signal);
      await this.rekey('journal', keys, signal);
      await this.finish(keys);
    } catch (cause) {
      if (signal.aborted) return;
      const error = cause instanceof AppError ? cause : new AppError('INTERNAL', {}, String(cause));
      this.failure = { code: error.code, params: { ...error.params } };
      this.parts.log.warn('rotation stopped', { error: error.code, detail: error.detail ?? '' });
    }
  }

  /** Next keys in every slot; from then on nothing is sealed under the old field key any more. */
  private async begin(keys: KeyRing, signal: AbortSignal): Promise<void> {
    const { store, sync } = this.parts;
    if (!hasNextKeys(keys)) {
      const release = await sync.hold();
      try {
        if (signal.aborted) throw new AppError('CANCELLED');
        // Half a first load would be half under the old key.
        await store.call('loadAbort', {});
        // A check under the former keys alone would call each row that is sealed anew broken; nor may one begin meanwhile.
        await this.parts.endDeepCheck();
        await this.changeKeys(keys, drawNextKeys(keys));
        await this.parts.endDeepCheck();
        await this.tellBlindKeys(keys);
      } finally {
        release();
      }
    }
    await this.saveRun({ stage: 'running' });
  }

  private async tellBlindKeys(keys: KeyRing): Promise<void> {
    const [blindKeys, blindKeysBefore] = blindKeysOf(keys);
    if (blindKeys === undefined) return;
    const before = blindKeysBefore === undefined ? {} : { blindKeysBefore };
    try {
      await this.parts.store.call('setBlindKeys', { blindKeys, ...before });
    } finally {
      for (const set of [blindKeys, blindKeysBefore])
        for (const key of Object.values(set ?? {})) key.fill(0);
    }
  }

  private async reseal(keys: KeyRing, signal: AbortSignal): Promise<void> {
    const { store, counters } = this.parts;
    const { hasSlice, counts } = await store.call('state', {});
    this.meter.enter('field', (counts.person ?? 0) + (counts.certificate ?? 0));
    if (!hasSlice) return;
    const copies = ingestKeys(keys);
    const version = fieldKeyVersion(copies.field);
    const ingest = await startIngest(this.parts.startIngest, copies, counters).finally(() =>
      zeroIngestKeys(copies),
    );
    const onStep = (looked: number, resealed: number): void => {
      this.rows += resealed;
      this.meter.add(looked);
    };
    try {
      await resealAll({ store, ingest, version, signal, onStep });
    } finally {
      await ingest.end();
      await this.saveRun({ rows: (this.fact.run?.rows ?? 0) + this.rows });
      this.rows = 0;
    }
  }

  private async rekey(
    file: 'slice' | 'journal',
    keys: KeyRing,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, sync } = this.parts;
    if (signal.aborted) throw new AppError('CANCELLED');
    this.meter.enter(file, 0);
    const unsubscribe = store.onEvent((event) => {
      if (event.event === 'rekey-progressed' && event.file === file)
        this.meter.set(event.done, event.total);
    });
    // A load or a page would write into the file that is being exchanged.
    const release = file === 'slice' ? await sync.hold() : () => undefined;
    try {
      // A stop that came while a load was waited for found nothing to stop.
      if (signal.aborted) throw new AppError('CANCELLED');
      const nextKey = keys.copy(NEXT_OF[file]);
      const { bytes } = await store.call('rekey', { file, nextKey }).finally(() => nextKey.fill(0));
      await this.saveRun({ bytes: (this.fact.run?.bytes ?? 0) + bytes });
    } finally {
      unsubscribe();
      release();
    }
  }

  /** Nothing is under the old keys: they leave every slot in one write. */
  private async finish(keys: KeyRing): Promise<void> {
    await this.saveRun({ stage: 'finishing' });
    await this.changeKeys(keys, settledKeys(keys));
    await this.tellBlindKeys(keys);
    if (this.fact.run !== null) await this.conclude(this.fact.run);
  }

  private async conclude(run: RotationRun): Promise<void> {
    const atMs = this.parts.nowMs();
    const { id, reason, by, rows, bytes, startedMs } = run;
    const tookMs = Math.max(0, atMs - startedMs);
    await this.audit('rotation-ended', { rotation: id, rows, bytes, tookMs });
    await forgetAdvice(this.parts.store, startedMs);
    await this.save({ run: null, last: { atMs, reason, by, rows, bytes, tookMs } });
    this.parts.log.info('keys changed', { rows, bytes, tookMs });
  }

  private async changeKeys(ring: KeyRing, changes: KeyChanges): Promise<void> {
    try {
      // The session's own: what somebody edited on the disk meanwhile gets no key.
      await this.parts.sessions.demand().keyslots.changeKeys(ring, changes);
    } finally {
      zeroChanges(changes);
    }
  }

  private async audit(kind: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const { store, sessions } = this.parts;
    const actor = sessions.current?.view.userId ?? 'system';
    await store.call('auditAppend', { kind, actor, payload });
  }

  private async saveRun(change: Partial<RotationRun>): Promise<void> {
    const { run } = this.fact;
    if (run !== null) await this.save({ run: { ...run, ...change } });
  }

  private async save(change: Partial<RotationFact>): Promise<void> {
    this.fact = { ...this.fact, ...change };
    await writeRotation(this.parts.store, this.fact);
  }

  private async tell(): Promise<void> {
    if (this.parts.sessions.current === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const state = await this.state().catch(() => null);
    if (state !== null) this.parts.events.emit('rotation.changed', state);
  }
}
