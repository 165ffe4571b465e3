import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Time as the program sees it. Tests inject their own. */
export interface Clock {
  /** Wall clock, UTC ms. May be set by anybody. */
  nowMs(): number;
  /** Never goes back while the machine runs, ms from an arbitrary start; nobody sets it. */
  monotonicMs(): number;
  /** Names the machine's run: under one name `monotonicMs` is one clock for every program. Absent where nothing names it. */
  readonly bootId?: string | undefined;
}

/** The machine's own clock: it counts from its start on, also while it sleeps and while no program of ours runs. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => uptime() * 1_000,
  bootId: bootId(),
};

/** Linux names each run of the machine; Windows and macOS have no name that nobody can set. */
function bootId(): string | undefined {
  try {
    return process.platform === 'linux'
      ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 64) || undefined
      : undefined;
  } catch {
    return undefined;
  }
}

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

/** What is kept of the time between two runs of the program. */
export interface ClockMark {
  /** UTC ms. */
  readonly highestMs: number;
  /** How often a server's fresh time was learnt; of two marks the one with more knows better. */
  readonly contacts: number;
  /** The server's time at the last contact and what this machine's clock showed then; null before the first. */
  readonly anchor: { readonly serverMs: number; readonly wallMs: number } | null;
}

/** What a later program in the same run of the machine needs to know how much time has gone by. */
export interface BootMark {
  readonly bootId: string;
  /** The machine's clock at the mark, ms. */
  readonly upMs: number;
  /** The highest time then, UTC ms, and of how many contacts it was. */
  readonly highestMs: number;
  readonly contacts: number;
}

/** A clock that is off by less is not worth a word. */
export const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * The highest time seen: what leases, grants and waits are compared with, so that setting the clock back
 * gains nothing. It follows server time, the wall clock and, between the two, the monotonic clock. It falls
 * in one case only: a server that answers our own nonce says that it is earlier (`anchor`). Then this
 * machine's clock was ahead, and from there on it counts by what it has moved since, so that a clock once set
 * to the far future does not end the lease for good. Give it the stored mark at start and store `mark()`.
 */
export class HighestSeen {
  readonly #clock: Clock;
  #highestMs: number;
  #atMonotonicMs: number;
  #contacts = 0;
  #anchor: ClockMark['anchor'] = null;

  constructor(clock: Clock, storedMs = 0) {
    this.#clock = clock;
    this.#highestMs = Math.max(storedMs, clock.nowMs());
    this.#atMonotonicMs = clock.monotonicMs();
  }

  /** UTC ms. */
  highestMs(): number {
    this.#advance();
    this.#highestMs = Math.max(this.#highestMs, this.#estimate());
    return this.#highestMs;
  }

  /** Learns a trusted time of whatever age (a verified server statement), UTC ms. */
  learn(serverMs: number): void {
    this.#highestMs = Math.max(this.highestMs(), serverMs);
  }

  /** Learns the server's time of this moment: a verified answer to a nonce of ours, UTC ms. */
  anchor(serverMs: number): void {
    const highestMs = this.highestMs();
    const isAhead = highestMs - serverMs > CLOCK_TOLERANCE_MS;
    this.#highestMs = isAhead ? serverMs : Math.max(highestMs, serverMs);
    this.#anchor = { serverMs, wallMs: this.#clock.nowMs() };
    this.#contacts++;
  }

  mark(): ClockMark {
    return { highestMs: this.highestMs(), contacts: this.#contacts, anchor: this.#anchor };
  }

  /** Takes up a stored mark. One of fewer contacts than are known here says nothing any more. */
  adopt(mark: ClockMark): void {
    if (mark.contacts < this.#contacts) return;
    if (mark.contacts === this.#contacts) {
      this.learn(mark.highestMs);
      return;
    }
    this.#contacts = mark.contacts;
    this.#anchor = mark.anchor;
    this.#highestMs = mark.highestMs;
    this.#atMonotonicMs = this.#clock.monotonicMs();
  }

  /** Null where nothing names the machine's run. */
  bootMark(): BootMark | null {
    const { bootId } = this.#clock;
    if (bootId === undefined) return null;
    const highestMs = this.highestMs();
    return { bootId, upMs: this.#atMonotonicMs, highestMs, contacts: this.#contacts };
  }

  /**
   * Counts what the machine ran since a mark that an earlier program made, whatever its wall clock was set to meanwhile. One
   * of another run of the machine, or of other contacts than are known here, says nothing.
   */
  countFrom({ bootId, upMs, highestMs, contacts }: BootMark): void {
    if (bootId !== this.#clock.bootId || contacts !== this.#contacts) return;
    const sinceMs = Math.floor(this.#clock.monotonicMs() - upMs);
    if (sinceMs > 0) this.learn(highestMs + sinceMs);
  }

  /** How far the wall clock is behind the highest time, ms; above a few minutes it was set back. */
  setBackMs(): number {
    return Math.max(0, -this.wrongByMs());
  }

  /** How far the wall clock is ahead of the time (below 0: behind), ms. */
  wrongByMs(): number {
    return this.#clock.nowMs() - this.highestMs();
  }

  #advance(): void {
    const monotonicMs = this.#clock.monotonicMs();
    const elapsedMs = Math.max(0, Math.floor(monotonicMs - this.#atMonotonicMs));
    this.#highestMs += elapsedMs;
    this.#atMonotonicMs += elapsedMs;
  }

  /**
   * The time that the wall clock stands for. Since the last contact it counts by what it has moved. One that
   * shows clearly less than at the contact was set: the contact says nothing about it any more, and it counts
   * as it is, like one that was behind and has caught up.
   */
  #estimate(): number {
    const wallMs = this.#clock.nowMs();
    if (this.#anchor !== null && wallMs < this.#anchor.wallMs - CLOCK_TOLERANCE_MS)
      this.#anchor = null;
    if (this.#anchor === null) return wallMs;
    const movedMs = this.#anchor.serverMs + (wallMs - this.#anchor.wallMs);
    return wallMs >= this.#highestMs ? Math.min(wallMs, movedMs) : movedMs;
  }
}
