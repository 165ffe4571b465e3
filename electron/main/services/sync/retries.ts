import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';

/** Failures that the same request may not meet again: the line broke, a piece came damaged. */
const WORTH_A_RETRY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SYNC_INTERRUPTED',
  'SYNC_OBJECT_DAMAGED',
]);
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;

/**
 * Tries again a little later (with jitter, so that a thousand offices do not come back together) when
 * the failure may pass. The last failure is thrown.
 */
export async function withRetries<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const isWorth = error instanceof AppError && WORTH_A_RETRY.has(error.code);
      if (!isWorth || attempt >= ATTEMPTS || signal.aborted) throw error;
      const jitter = 0.5 + (process.hrtime()[1] % 1_000) / 1_000;
      await delay(FIRST_WAIT_MS * 2 ** (attempt - 1) * jitter, undefined, { signal });
    }
  }
}
