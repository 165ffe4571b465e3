import { randomBytes } from 'node:crypto';

/** Time as the program sees it. Tests inject their own. */
export interface Clock {
  /** Wall clock, UTC ms. May be set by anybody. */
  nowMs(): number;
  /** Never goes back while the process runs, ms from an arbitrary start. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** The running program, as waits see it: they are counted by a clock that nobody can set. */
export interface ProgramRun {
  /** Differs from run to run. */
  readonly id: string;
  /** ms since the program's start; never goes back. */
  elapsedMs(): number;
}

export const thisRun: ProgramRun = {
  id: randomBytes(8).toString('hex'),
  elapsedMs: () => performance.now(),
};

/**
 * The highest time seen: what leases, grants and waits are compared with, so that setting the clock back
 * gains nothing. It follows server time, the wall clock and, between the two, the monotonic clock; it never
 * falls. Give it the stored value at start and store `highestMs()` when it matters.
 */
export class HighestSeen {
  readonly #clock: Clock;
  #highestMs: number;
  #atMonotonicMs: number;

  constructor(clock: Clock, storedMs = 0) {
    this.#clock = clock;
    this.#highestMs = Math.max(storedMs, clock.nowMs());
    this.#atMonotonicMs = clock.monotonicMs();
  }

  /** UTC ms. */
  highestMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    const elapsedMs = Math.max(0, Math.floor(monotonicMs - this.#atMonotonicMs));
    this.#highestMs = Math.max(this.#highestMs + elapsedMs, this.#clock.nowMs());
    this.#atMonotonicMs += elapsedMs;
    return this.#highestMs;
  }

  /** Learns a trusted time (a verified server statement), UTC ms. */
  learn(serverMs: number): void {
    this.#highestMs = Math.max(this.highestMs(), serverMs);
  }

  /** How far the wall clock is behind the highest time, ms; above a few minutes it was set back. */
  setBackMs(): number {
    return Math.max(0, this.highestMs() - this.#clock.nowMs());
  }
}
