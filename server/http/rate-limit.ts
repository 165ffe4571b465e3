/** Counts tries per address in a sliding window; memory is bounded by forgetting the oldest addresses. */
export class RateLimit {
  private readonly tries = new Map<string, number[]>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly maxAddresses = 10_000,
  ) {}

  /** Counts a try; returns how long to wait when there were too many, else 0. */
  hit(address: string, nowMs: number): number {
    const recent = (this.tries.get(address) ?? []).filter((at) => at > nowMs - this.windowMs);
    const isOver = recent.length >= this.limit;
    if (!isOver) recent.push(nowMs);
    this.tries.delete(address);
    this.tries.set(address, recent);
    if (this.tries.size > this.maxAddresses)
      this.tries.delete(this.tries.keys().next().value as string);
    return isOver ? (recent[0] as number) + this.windowMs - nowMs : 0;
  }
}
