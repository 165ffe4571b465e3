import type { Timing } from './timing';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved; for tests of what takes minutes. */
export class FakeTiming implements Timing {
  private now = 1_800_000_000_000;
  private readonly sleepers: Sleeper[] = [];
  /** How long everybody slept so far, in order. */
  readonly slept: number[] = [];

  constructor(readonly random: () => number = () => 0.5) {}

  nowMs(): number {
    return this.now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { atMs: this.now + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.forget(sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Lets `ms` pass: whoever wakes does so in order, and what they then do is done before the next. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    await settle();
    for (;;) {
      const next = [...this.sleepers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.now = Math.max(this.now, next.atMs);
      this.forget(next);
      next.wake();
      await settle();
    }
    this.now = untilMs;
  }

  private forget(sleeper: Sleeper): void {
    const at = this.sleepers.indexOf(sleeper);
    if (at >= 0) this.sleepers.splice(at, 1);
  }
}

/** Everything that is ready runs. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
