/**
 * Tries at a badge's password. A courtesy and an alarm, not a wall: who copies the files is stopped by
 * Argon2id, the machine secret and the token.
 */
export interface Attempts {
  /** Wrong passwords since the last right one. A try counts before it is checked. */
  readonly failures: number;
  /** UTC ms before which no try is taken. */
  readonly notBefore: number;
  /** Highest time seen at a try, UTC ms: setting the clock back does not shorten a wait. */
  readonly highestSeenMs: number;
}

export const NO_ATTEMPTS: Attempts = { failures: 0, notBefore: 0, highestSeenMs: 0 };
export const FAILURES_BEFORE_WAIT = 5;
export const FAILURES_BEFORE_ADMINISTRATOR = 10;

const MINUTE_MS = 60_000;
/** After the fifth failure and each one more. */
const WAITS_MS = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);

export type AttemptGate =
  | { readonly kind: 'open' }
  | { readonly kind: 'locked-until'; readonly untilMs: number }
  | { readonly kind: 'administrator-needed' };

/** Whether a try is taken now (`nowMs`: highest time seen by the caller, UTC ms). */
export function attemptGate(attempts: Attempts, nowMs: number): AttemptGate {
  if (attempts.failures >= FAILURES_BEFORE_ADMINISTRATOR) return { kind: 'administrator-needed' };
  const seenMs = Math.max(nowMs, attempts.highestSeenMs);
  return seenMs < attempts.notBefore
    ? { kind: 'locked-until', untilMs: attempts.notBefore }
    : { kind: 'open' };
}

/** The record after one more wrong try. */
export function countFailure(attempts: Attempts, nowMs: number): Attempts {
  const failures = attempts.failures + 1;
  const seenMs = Math.max(nowMs, attempts.highestSeenMs);
  const waitMs =
    failures < FAILURES_BEFORE_WAIT
      ? 0
      : (WAITS_MS[Math.min(failures - FAILURES_BEFORE_WAIT, WAITS_MS.length - 1)] ?? 0);
  return { failures, notBefore: waitMs === 0 ? 0 : seenMs + waitMs, highestSeenMs: seenMs };
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
