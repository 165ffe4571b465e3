import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { Timing } from './timing';

/** Failures that the same request may not meet again: the line broke, a piece came damaged. */
const WORTH_A_RETRY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SYNC_INTERRUPTED',
  'SYNC_OBJECT_DAMAGED',
  'SYNC_SERVER_BUSY',
  'SYNC_TOO_SLOW',
]);
/** Tries in a row that brought nothing. */
const ATTEMPTS = 5;
const BASE_MS = 400;
const CAP_MS = 20_000;
/** A server that asks for longer ends the run; the next one comes by itself. */
const LONGEST_BUSY_MS = 10_000;

/**
 * How long to wait before try `failures` + 1: anything up to twice as much each time ("full jitter"), so that
 * a thousand offices do not come back together.
 */
export function backoffMs(
  failures: number,
  random: () => number,
  baseMs = BASE_MS,
  capMs = CAP_MS,
): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 20)));
}

/**
 * Tries again a little later when the failure may pass. A try after which more is there than ever before
 * (`progress`) counts as success: a line that breaks every few megabytes is slow, not broken. The last failure is thrown.
 */
export async function withRetries<T>(
  timing: Timing,
  signal: AbortSignal,
  act: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  for (let failures = 0, reached = progress(); ; ) {
    try {
      return await act();
    } catch (error) {
      const isWorth = error instanceof AppError && WORTH_A_RETRY.has(error.code);
      if (progress() > reached) {
        failures = 0;
        reached = progress();
      }
      failures++;
      if (!isWorth || failures >= ATTEMPTS || signal.aborted) throw error;
      if (askedMs(error) > LONGEST_BUSY_MS) throw error;
      await timing.sleep(askedMs(error) + backoffMs(failures, () => timing.random()), signal);
    }
  }
}

/** What a busy server asked for. */
function askedMs(error: AppError): number {
  return error.code === 'SYNC_SERVER_BUSY' ? Number(error.params.seconds ?? 0) * 1_000 : 0;
}
