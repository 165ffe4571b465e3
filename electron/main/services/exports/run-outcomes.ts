import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { ConfirmOutcome } from '../signing/signing-task';
import type { Confirmed, RunEnd } from './run-parts';

/** The code with which work refuses; null where it does not. */
export async function refusalOf(work: () => Promise<void>): Promise<ErrorCode | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** The run is as it was, and may be tried again. */
export const again = (answer: ConfirmOutcome): Confirmed => ({ answer, ended: null });

/** The run is over. */
export function ended(end: RunEnd): Confirmed {
  if (end.outcome === 'sealed') return { answer: { outcome: 'signed' }, ended: end };
  if (end.outcome === 'cancelled') {
    return { answer: { outcome: 'failed', code: 'CANCELLED' }, ended: end };
  }
  const isRemoved = end.code === 'TOKEN_REMOVED';
  return {
    answer: isRemoved ? { outcome: 'token-removed' } : { outcome: 'failed', code: end.code },
    ended: end,
  };
}

/** The end that the jobs process's kind of failure is. */
export function endOf(kind: string): RunEnd {
  const codes: Readonly<Record<string, ErrorCode>> = {
    empty: 'EXPORT_EMPTY',
    rows: 'EXPORT_STOPPED',
    'self-check': 'EXPORT_SELF_CHECK',
    target: 'EXPORT_TARGET',
    crashed: 'JOBS_CRASHED',
    internal: 'EXPORT_STOPPED',
  };
  if (kind === 'cancelled') return { outcome: 'cancelled' };
  return { outcome: 'failed', code: codes[kind] ?? 'EXPORT_STOPPED' };
}

/** The code of any thrown thing, for a run that could not begin. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'EXPORT_STOPPED';
}
