import { type ProgramRun, thisRun } from '../platform/clock';

/**
 * Tries at a badge's password. A courtesy and an alarm, not a wall: who copies the files is stopped by
 * Argon2id, the machine secret and the token.
 *
 * A wait is counted down by the clock that nobody can set, the one of the running program. After a
 * restart it runs again from the program's start, never longer than its full length, whatever the wall clock says.
 */
export interface Attempts {
  /** Wrong passwords since the last right one. A try counts before it is checked. */
  readonly failures: number;
  /** Length of the wait that the last failure began, ms; 0 for none. */
  readonly waitMs: number;
  /** In which run of the program the wait began, and at which moment of it, ms since its start. */
  readonly run: string;
  readonly atMs: number;
}

export const NO_ATTEMPTS: Attempts = { failures: 0, waitMs: 0, run: '', atMs: 0 };
export const FAILURES_BEFORE_WAIT = 5;
export const FAILURES_BEFORE_ADMINISTRATOR = 10;

const MINUTE_MS = 60_000;
/** After the fifth failure and each one more. */
const WAITS_MS = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);

export type AttemptGate =
  | { readonly kind: 'open' }
  | { readonly kind: 'wait'; readonly remainingMs: number }
  | { readonly kind: 'administrator-needed' };

/** Whether a try is taken now. */
export function attemptGate(attempts: Attempts, run: ProgramRun = thisRun): AttemptGate {
  if (attempts.failures >= FAILURES_BEFORE_ADMINISTRATOR) return { kind: 'administrator-needed' };
  const remainingMs = waitLeft(attempts, run);
  return remainingMs > 0 ? { kind: 'wait', remainingMs } : { kind: 'open' };
}

/** The wait alone, ms: for an entrance that no administrator could release. */
export function waitLeft(attempts: Attempts, run: ProgramRun = thisRun): number {
  const beganMs = attempts.run === run.id ? attempts.atMs : 0;
  return Math.max(0, Math.ceil(attempts.waitMs - Math.max(0, run.elapsedMs() - beganMs)));
}

/** The record after one more wrong try. */
export function countFailure(attempts: Attempts, run: ProgramRun = thisRun): Attempts {
  const failures = Math.min(attempts.failures + 1, 1000);
  return { failures, waitMs: waitAfter(failures), run: run.id, atMs: Math.floor(run.elapsedMs()) };
}

/** Length of the wait after so many failures, ms. */
export function waitAfter(failures: number): number {
  if (failures < FAILURES_BEFORE_WAIT) return 0;
  return WAITS_MS[Math.min(failures - FAILURES_BEFORE_WAIT, WAITS_MS.length - 1)] ?? 0;
}

/** Wrong tries left until the next wait or the administrator. */
export function triesLeft(attempts: Attempts): number {
  return Math.max(
    0,
    (attempts.failures < FAILURES_BEFORE_WAIT
      ? FAILURES_BEFORE_WAIT
      : FAILURES_BEFORE_ADMINISTRATOR) - attempts.failures,
  );
}
