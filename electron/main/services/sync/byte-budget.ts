import type { Timing } from './timing';

/** A second's worth may be spent at once; below this a request's own overhead would be half of it. */
const LEAST_BURST = 16 * 1024;

/**
 * Token bucket over everything that crosses the line, both ways. Bytes that came are paid for afterwards:
 * the next piece is not read before they are, and TCP slows the sender down.
 */
export class ByteBudget {
  private perSecond: number | null = null;
  private left = 0;
  private filledMs = 0;

  constructor(private readonly timing: Timing) {}

  /** Bytes a second; null: no limit. Takes effect with the next piece. */
  setLimit(perSecond: number | null): void {
    if (perSecond === this.perSecond) return;
    this.perSecond = perSecond;
    this.left = perSecond === null ? 0 : burst(perSecond);
    this.filledMs = this.timing.nowMs();
  }

  /** Resolves when so many bytes may pass. Rejects with an AbortError when the signal ends first. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.perSecond === null) return;
    this.fill(this.perSecond);
    // Taken at once, so that those who wait at the same time do not count on the same bytes.
    this.left -= bytes;
    while (this.left < 0 && this.perSecond !== null) {
      await this.timing.sleep(Math.ceil((-this.left / this.perSecond) * 1_000), signal);
      if (this.perSecond !== null) this.fill(this.perSecond);
    }
  }

  private fill(perSecond: number): void {
    const nowMs = this.timing.nowMs();
    // A clock that was set back adds nothing and is believed from then on.
    const passedMs = Math.max(0, nowMs - this.filledMs);
    this.filledMs = nowMs;
    this.left = Math.min(burst(perSecond), this.left + (passedMs / 1_000) * perSecond);
  }
}

function burst(perSecond: number): number {
  return Math.max(LEAST_BURST, perSecond);
}
