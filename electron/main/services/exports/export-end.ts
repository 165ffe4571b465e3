import type { ErrorCode } from '../../../../shared/errors/app-error';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { sweepStaging } from '../../../jobs/package/staging';
import type { ExportLedgerEntry } from '../../../store/protocol';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, ServiceLog } from '../ports';
import type { Seat } from '../signing/signing';
import type { Admission } from '../tickets/admission';
import type { Admissions } from '../tickets/admissions';
import { proofOf } from '../tickets/ticket-ledger';
import { ledgerEntry, signaturesOf } from './export-meta';
import type { ExportRecords } from './export-record';
import type { ExportRun } from './export-run';
import type { RunEnd } from './run-parts';

/** How long a cancelled job may take to say its last word, ms. */
const LAST_WORD_MS = 5_000;
/** The same once somebody locks; then its process is ended, and what it was making goes. */
const LAST_WORD_AT_LOCK_MS = 400;

export interface EndParts {
  readonly store: StoreCaller;
  readonly jobs: Pick<JobsCaller, 'stop'>;
  readonly admissions: Pick<Admissions, 'ledger'>;
  readonly records: Pick<ExportRecords, 'keep'>;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly stagingDir: string;
}

/** What is known of an export at its end. */
export interface EndedExport {
  readonly admission: Admission;
  readonly seat: Seat;
  readonly jobId: string;
  readonly meta: ExportMeta;
  readonly count: number;
  readonly run: Pick<ExportRun, 'cancel' | 'lastWord'>;
  /** Passes of the store over the rows, to be closed. */
  readonly exportIds: readonly string[];
}

/**
 * Ends an export: files, window, ticket, ledger, log, event, in this order. `onOver`: another one may begin. What is
 * written down is what lies in the target folder: a package that was renamed into place before the wish to cancel, or
 * the end of its process, reached it has left the office, whatever `end` says. `lock`: aborted when the session ends,
 * before this or amid it.
 */
export async function endExport(
  parts: EndParts,
  current: EndedExport,
  end: RunEnd,
  onOver: () => void,
  lock: AbortSignal,
): Promise<void> {
  const isCrashed = end.outcome === 'failed' && end.code === 'JOBS_CRASHED';
  // A killed process cleans nothing up; the next export begins after it is done.
  if (isCrashed) await sweepStaging(parts.stagingDir).catch(() => 0);
  onOver();
  if (end.outcome === 'cancelled') current.run.cancel();
  current.seat.leave(end.outcome === 'sealed');
  for (const exportId of current.exportIds)
    await rowsOf(parts, current)
      .call('exportClose', { exportId })
      .catch(() => undefined);
  const last = end.outcome === 'cancelled' ? await lastWord(current.run, lock) : end;
  if (last === null && lock.aborted) {
    await parts.jobs.stop();
    await sweepStaging(parts.stagingDir).catch(() => 0);
  }
  const known = last?.outcome === 'sealed' ? last : end;
  // Signed with it or not: what was held and not spent may be used again.
  const { ledger } = parts.admissions;
  await ledger.free(current.admission).catch(() => false);
  const found =
    known.outcome === 'sealed' ? null : await ledger.found(current.admission).catch(() => null);
  await note(parts, current, known, found);
  const isSealed = known.outcome === 'sealed' || found !== null;
  const error: ErrorCode | null = isSealed ? null : causeOf(end);
  const { jobId, meta, count } = current;
  parts.events.emit('exports.progressed', {
    jobId,
    traceId: meta.traceId,
    phase: isSealed ? 'done' : error !== null ? 'failed' : 'cancelled',
    done: isSealed ? count : 0,
    total: count,
    error,
  });
}

function causeOf(end: RunEnd): ErrorCode | null {
  if (end.outcome === 'failed') return end.code;
  return end.outcome === 'cancelled' ? (end.why ?? null) : null;
}

const rowsOf = ({ store }: EndParts, { admission }: EndedExport) =>
  admission.granted?.store ?? store;

async function lastWord(run: EndedExport['run'], lock: AbortSignal): Promise<RunEnd | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<null>((resolve) => {
    const waitFor = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(null), ms);
    };
    waitFor(lock.aborted ? LAST_WORD_AT_LOCK_MS : LAST_WORD_MS);
    lock.addEventListener('abort', () => waitFor(LAST_WORD_AT_LOCK_MS), { once: true });
  });
  try {
    return await Promise.race([run.lastWord(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function note(
  { records, log }: EndParts,
  { meta, count, admission }: EndedExport,
  end: RunEnd,
  found: ExportLedgerEntry | null,
): Promise<void> {
  const entry = found ?? ledgerEntry(meta, count, end);
  const { path: _path, ...said } = entry;
  const { grant } = admission.intent;
  const payload = grant === undefined ? said : { ...said, grant };
  const kind = found === null ? 'export' : 'export-found';
  const audit = { kind, actor: meta.requester.badge, payload };
  const { scope, purposeClass } = admission.intent;
  // A ticket counts as used by what left the office.
  const more =
    entry.outcome === 'sealed'
      ? { ...proofOf(admission), ...(end.outcome === 'sealed' ? signaturesOf(end) : {}) }
      : { purposeClass };
  await records.keep(entry, scope, audit, more).catch((error: unknown) => {
    log.error('export not noted', { traceId: meta.traceId, detail: String(error) });
  });
}
