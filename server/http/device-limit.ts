/**
 * Bounds what one device may ask in a while: a bucket of tokens that refills steadily. A whole first load
 * of a million rows is some two thousand requests; a program gone wild is slowed, not shut out.
 */
export class DeviceLimit {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly maxDevices = 20_000,
  ) {}

  /** Takes a token; returns 0, or how long to wait for the next, ms. */
  take(device: string, nowMs: number): number {
    const known = this.buckets.get(device);
    const sinceMs = Math.max(0, nowMs - (known?.atMs ?? nowMs));
    const refilled = (known?.tokens ?? this.burst) + (sinceMs / 1_000) * this.perSecond;
    const tokens = Math.min(this.burst, refilled);
    const isOver = tokens < 1;
    // The most recently seen last: whoever is forgotten first has been quiet longest and starts full.
    this.buckets.delete(device);
    this.buckets.set(device, { tokens: isOver ? tokens : tokens - 1, atMs: nowMs });
    if (this.buckets.size > this.maxDevices)
      this.buckets.delete(this.buckets.keys().next().value as string);
    return isOver ? Math.ceil(((1 - tokens) / this.perSecond) * 1_000) : 0;
  }
}
