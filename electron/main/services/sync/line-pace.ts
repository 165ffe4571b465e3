import type { Timing } from './timing';

/** Before anything is known of the line. */
const FIRST_ROUND_MS = 1_500;
const SHORTEST_ANSWER_MS = 8_000;
const LONGEST_ANSWER_MS = 30_000;
/** All tries of one request but the last together: switching to an endpoint that answers takes no longer. */
const SWITCH_MS = 24_000;
const CONNECT_MS = { shortest: 4_000, longest: 12_000 } as const;
const IDLE_MS = { shortest: 12_000, longest: 45_000 } as const;

export interface Deadlines {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From then until the headers of the answer are in. */
  readonly answerMs: number;
}

/**
 * What the line has shown of itself: how long it is silent before an answer (smoothed with its deviation, as
 * RFC 6298 does for TCP) and how many bytes a second it carries. Time-outs and request sizes follow.
 */
export class LinePace {
  private roundMs: number | null = null;
  private deviationMs = 0;
  private rate: number | null = null;

  constructor(private readonly timing: Pick<Timing, 'nowMs'>) {}

  /** Bytes a second; null before anything of size has come. */
  get bytesPerSecond(): number | null {
    return this.rate;
  }

  /** A request was sent; call the answer when its headers are in. */
  begin(): () => void {
    const sentMs = this.timing.nowMs();
    return () => this.answered(Math.max(0, this.timing.nowMs() - sentMs));
  }

  /** So many bytes came in so much time of waiting for them. */
  carried(bytes: number, ms: number): void {
    if (bytes < 8_192 || ms <= 0) return;
    const seen = (bytes / ms) * 1_000;
    this.rate = this.rate === null ? seen : this.rate * 0.7 + seen * 0.3;
  }

  /** The line broke: what it carried before tells little of what it carries next. */
  broke(): void {
    if (this.rate !== null) this.rate /= 2;
  }

  /** How long to wait for one of `endpoints` of which `left` may still be tried, this one included. */
  deadlines(endpoints: number, left: number): Deadlines {
    const likely = this.likelyMs();
    const isLast = left <= 1;
    const share = isLast ? LONGEST_ANSWER_MS : SWITCH_MS / Math.max(1, endpoints - 1);
    const connectMs = Math.min(
      clamp(likely * 4, CONNECT_MS.shortest, CONNECT_MS.longest),
      isLast ? CONNECT_MS.longest : share / 2,
    );
    const shortest = isLast ? LONGEST_ANSWER_MS / 2 : SHORTEST_ANSWER_MS;
    const answerMs = clamp(likely * 8, shortest, LONGEST_ANSWER_MS);
    return { connectMs, answerMs: isLast ? answerMs : Math.min(answerMs, share - connectMs) };
  }

  /** Silence within a body after which the line counts as broken, ms. */
  get idleMs(): number {
    return clamp(this.likelyMs() * 10, IDLE_MS.shortest, IDLE_MS.longest);
  }

  /** How much of something to ask for so that it takes about `seconds`, within bounds. */
  sized(seconds: number, least: number, most: number): number {
    if (this.rate === null) return most;
    return Math.round(clamp(this.rate * seconds, least, most));
  }

  private likelyMs(): number {
    return this.roundMs === null ? FIRST_ROUND_MS : this.roundMs + 4 * this.deviationMs;
  }

  private answered(ms: number): void {
    if (this.roundMs === null) {
      this.roundMs = ms;
      this.deviationMs = ms / 2;
      return;
    }
    this.deviationMs += (Math.abs(this.roundMs - ms) - this.deviationMs) / 4;
    this.roundMs += (ms - this.roundMs) / 8;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
