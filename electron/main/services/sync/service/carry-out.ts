import { randomUUID } from 'node:crypto';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Line } from '../line';
import { ProgressMeter } from '../progress';
import type { SyncRunResult } from '../run/run-parts';
import { STATEMENTS_FACT } from '../statements-tag';
import { renewOwn, renewStatements, reportOwn } from './own-papers';
import type { RunNotes } from './run-notes';
import type { SliceFills } from './slice-fills';
import type { RunParts, SyncParts } from './sync-parts';
import type { Uplink } from './uplink';

/** A run of the open session that is about to begin. Throws LOCKED, STORE_CORRUPT, FORBIDDEN. */
export function newRun(
  parts: SyncParts,
  nowMs: () => number,
  how: Pick<RunParts, 'access' | 'isAutomatic' | 'takesBulk' | 'isMending'>,
): RunParts & { readonly abort: AbortController } {
  const session = parts.sessions.demand();
  if (!parts.mayLoad()) throw new AppError('STORE_CORRUPT', { file: 'slice.db' });
  if (!session.keys.has('transportPrivate')) throw new AppError('FORBIDDEN');
  const runId = randomUUID();
  const abort = new AbortController();
  const progress = new ProgressMeter(
    runId,
    nowMs,
    (now) => parts.events.emit('sync.progressed', now),
    carriedFrom(how.access.line),
  );
  return { ...how, session, runId, signal: abort.signal, progress, abort };
}

/** What a line carries from now on. */
function carriedFrom(line: Line): () => number | undefined {
  const before = line.carriedBytes;
  return () => (before === undefined ? undefined : (line.carriedBytes ?? 0) - before);
}

interface Tools {
  readonly fills: SliceFills;
  readonly uplink: Uplink;
  readonly notes: RunNotes;
}

/** What is told on the way: the server answered; the device's certificate is another. */
interface Told {
  answered(): void;
  renewed(): void;
}

/** All statements anew: what is held opens nothing that comes now, so that nothing changed since is no answer. */
async function renewAll(parts: SyncParts, run: RunParts, answered: () => void): Promise<void> {
  await parts.store.call('factSet', { name: STATEMENTS_FACT, value: '' });
  await renewStatements(parts, run, answered);
}

/** The centre changed the keys of the region while the run was under way: it says so when asked again. */
async function onceMore<T>(act: () => Promise<T>, renew: () => Promise<void> | null): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SYNC_KEY_EPOCH') throw error;
    const renewed = renew();
    if (renewed === null) throw error;
    await renewed;
    return act();
  }
}

/** The steps of a run in their order, over the line (`isLine`) or a stick. Never rejects. */
export async function carryOut(
  parts: SyncParts,
  { fills, uplink, notes }: Tools,
  run: RunParts,
  isLine: boolean,
  told: Told,
): Promise<{ readonly result: SyncRunResult; readonly failure: AppError | null }> {
  let result: SyncRunResult = { rows: 0, isFirst: false, awaiting: null };
  let failure: AppError | null = null;
  run.progress.enter('connecting');
  try {
    // Whether the cache can be read or not: the server can give everything.
    if (parts.isEmergency()) failure = await fills.fromCache(run);
    await renewStatements(parts, run, () => told.answered());
    // Nothing that comes down waits for what goes up: a revocation arrives however much is to be sent.
    if (isLine) uplink.goUp(run.takesBulk);
    result = await onceMore(
      () => fills.run(run, !isLine),
      () => (isLine ? renewAll(parts, run, () => told.answered()) : null),
    );
    failure = null;
    if (isLine) await reportOwn(parts, run);
    if (isLine) await renewOwn(parts, run, () => told.renewed());
  } catch (cause) {
    const met = run.signal.aborted ? new AppError('CANCELLED') : notes.failureOf(cause);
    failure = met.code === 'SYNC_UNREACHABLE' ? (failure ?? met) : met;
  }
  return { result, failure };
}
